//! Which services belong together? What a command line asks for when it is told of a cloud that it does not know
//! (`/metadata/endpoints`, as `az cloud register` reads it).

use serde_json::{Value, json};

use crate::http::origin::Origin;

/// The services of this cloud: those that are here by their addresses here, the others by the names that they have
/// everywhere, which nobody is led to by signing in.
pub fn endpoints(origin: &Origin) -> Value {
    json!({
        "name": "Standin",
        "portal": origin.url("/portal"),
        "authentication": {
            "loginEndpoint": origin.url(""),
            "audiences": ["https://management.core.windows.net/", "https://management.azure.com/"],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "resourceManager": origin.url("/arm/"),
        "graph": origin.url("/aadgraph/"),
        "graphAudience": "https://graph.windows.net/",
        "microsoftGraphResourceId": "https://graph.microsoft.com/",
        "activeDirectoryDataLake": "https://datalake.azure.net/",
        "batch": "https://batch.core.windows.net/",
        "gallery": "https://gallery.azure.com/",
        "media": "https://rest.media.azure.net",
        "sqlManagement": "https://management.core.windows.net:8443/",
        "vmImageAliasDoc": "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/main/arm-compute/quickstart-templates/aliases.json",
        "suffixes": {
            "acrLoginServer": "azurecr.io",
            "azureDataLakeStoreFileSystem": "azuredatalakestore.net",
            "azureDataLakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.net",
            "keyVaultDns": "vault.azure.net",
            "sqlServerHostname": "database.windows.net",
            "storage": "core.windows.net",
        },
    })
}
