// The Azure SDK's credentials for Go: every one that speaks to the provider itself.
package azidentity

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	. "standin/tests/clients/surroundings"
)

var (
	ctx  = context.Background()
	here = azcore.ClientOptions{Cloud: cloud.Configuration{ActiveDirectoryAuthorityHost: Origin}}
)

func token(t *testing.T, credential azcore.TokenCredential, err error, scope string) map[string]any {
	t.Helper()
	Succeeds(t, err)
	access, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
	Succeeds(t, err)
	return Claims(t, access.Token)
}

func refused(t *testing.T, credential azcore.TokenCredential, err error, scope, code string) {
	t.Helper()
	Succeeds(t, err)
	_, err = credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
	var refusal *azidentity.AuthenticationFailedError
	if !errors.As(err, &refusal) || !strings.Contains(err.Error(), code) {
		t.Fatalf("not refused with %s: %v", code, err)
	}
}

func secret(id, secret string) (azcore.TokenCredential, error) {
	return azidentity.NewClientSecretCredential(Tenant, id, secret,
		&azidentity.ClientSecretCredentialOptions{ClientOptions: here, DisableInstanceDiscovery: true})
}

func certificate(t *testing.T, id string, chain bool) (azcore.TokenCredential, error) {
	certificates, key := Certificate(t)
	return azidentity.NewClientCertificateCredential(Tenant, id, certificates, key,
		&azidentity.ClientCertificateCredentialOptions{ClientOptions: here, DisableInstanceDiscovery: true, SendCertificateChain: chain})
}

func onBehalfOf(user string) (azcore.TokenCredential, error) {
	return azidentity.NewOnBehalfOfCredentialWithSecret(Tenant, API, user, "api-secret",
		&azidentity.OnBehalfOfCredentialOptions{ClientOptions: here, DisableInstanceDiscovery: true})
}

func password(user, password string) (azcore.TokenCredential, error) {
	return azidentity.NewUsernamePasswordCredential(Tenant, CLI, user, password, //nolint:staticcheck // deprecated, and still used
		&azidentity.UsernamePasswordCredentialOptions{ClientOptions: here, DisableInstanceDiscovery: true})
}

func device(t *testing.T, more map[string]any) (*azidentity.DeviceCodeCredential, error) {
	return azidentity.NewDeviceCodeCredential(&azidentity.DeviceCodeCredentialOptions{
		ClientOptions: here, DisableInstanceDiscovery: true, TenantID: Tenant, ClientID: CLI,
		UserPrompt: func(_ context.Context, told azidentity.DeviceCodeMessage) error {
			wish := map[string]any{"code": told.UserCode}
			for name, value := range more {
				wish[name] = value
			}
			SignIn(t, told.VerificationURL, wish)
			return nil
		},
	})
}

// userToken is a token of Alice's for an API, taken by the password grant since no credential here redeems codes.
func userToken(t *testing.T, scope string) string {
	t.Helper()
	credential, err := password(Alice, Password)
	Succeeds(t, err)
	access, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
	Succeeds(t, err)
	return access.Token
}

func TestASecretBringsTheApplicationRoles(t *testing.T) {
	credential, err := secret(Daemon, "daemon-secret")
	Same(t, token(t, credential, err, Everything)["roles"].([]any)[0].(string), "Tasks.Read.All")
}

func TestAWrongSecretIsRefused(t *testing.T) {
	credential, err := secret(Daemon, "guess")
	refused(t, credential, err, Everything, "AADSTS7000215")
}

func TestACertificateProvesTheApplication(t *testing.T) {
	for name, chain := range map[string]bool{"without its chain": false, "with its chain": true} {
		t.Run(name, func(t *testing.T) {
			credential, err := certificate(t, Daemon, chain)
			Same(t, token(t, credential, err, Everything)["azpacr"].(string), "2")
		})
	}
}

func TestACertificateOfAnotherApplicationIsRefused(t *testing.T) {
	credential, err := certificate(t, Web, false)
	refused(t, credential, err, Everything, "AADSTS700027")
}

func TestANameAndAPasswordAreEnough(t *testing.T) {
	credential, err := password(Alice, Password)
	Same(t, token(t, credential, err, Read)["oid"].(string), AliceID)
}

func TestAWrongPasswordIsRefused(t *testing.T) {
	credential, err := password(Bob, "guess")
	refused(t, credential, err, Read, "AADSTS50126")
}

func TestAPersonTypesTheDeviceCodeElsewhere(t *testing.T) {
	credential, err := device(t, nil)
	Same(t, token(t, credential, err, Read)["oid"].(string), AliceID)
}

func TestAPersonWhoDeclinesTheDeviceCodeEndsIt(t *testing.T) {
	credential, err := device(t, map[string]any{"decline": true})
	refused(t, credential, err, Read, "400 Bad Request") // the client has swallowed the reason
}

func TestTheSystemBrowserSignsAPersonIn(t *testing.T) {
	credential, err := azidentity.NewInteractiveBrowserCredential(&azidentity.InteractiveBrowserCredentialOptions{
		ClientOptions: here, DisableInstanceDiscovery: true, TenantID: Tenant, ClientID: CLI,
	})
	Same(t, token(t, credential, err, Read)["oid"].(string), AliceID)
}

func TestAnAPICallsTheNextOneForThePerson(t *testing.T) {
	credential, err := onBehalfOf(userToken(t, Read))
	Same(t, token(t, credential, err, Graph)["oid"].(string), AliceID)
}

func TestATokenForAnotherAPIIsRefused(t *testing.T) {
	credential, err := onBehalfOf(userToken(t, Graph))
	refused(t, credential, err, Graph, "AADSTS50013")
}

func TestAnUnknownTenantIsRefused(t *testing.T) {
	credential, err := azidentity.NewClientSecretCredential("nowhere.test", Daemon, "daemon-secret",
		&azidentity.ClientSecretCredentialOptions{ClientOptions: here, DisableInstanceDiscovery: true})
	refused(t, credential, err, Everything, "nowhere.test")
}
