import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.aad.msal4j.AuthorizationCodeParameters;
import com.microsoft.aad.msal4j.AuthorizationRequestUrlParameters;
import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ClientCredentialParameters;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.DeviceCodeFlowParameters;
import com.microsoft.aad.msal4j.IAuthenticationResult;
import com.microsoft.aad.msal4j.IClientCredential;
import com.microsoft.aad.msal4j.InteractiveRequestParameters;
import com.microsoft.aad.msal4j.InteractionRequiredExceptionReason;
import com.microsoft.aad.msal4j.MsalInteractionRequiredException;
import com.microsoft.aad.msal4j.MsalServiceException;
import com.microsoft.aad.msal4j.OnBehalfOfParameters;
import com.microsoft.aad.msal4j.PublicClientApplication;
import com.microsoft.aad.msal4j.RefreshTokenParameters;
import com.microsoft.aad.msal4j.ResponseMode;
import com.microsoft.aad.msal4j.SilentParameters;
import com.microsoft.aad.msal4j.UserAssertion;
import com.microsoft.aad.msal4j.UserNamePasswordParameters;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MSAL for Java: every flow it has, and how it classifies the refusals. */
class Msal4jTest {
    static final String AUTHORITY = System.getenv("TEST_ORIGIN") + "/example.test/";
    static final String TENANT = "10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1";
    static final String WEB = "dbcb6c58-cb5f-489c-a508-b7d6c183835d";
    static final String DAEMON = "1844fd18-0821-4dd0-9c73-af2e2def8706";
    static final String CLI = "6027b688-5422-45fd-a0ec-836caa2bf116";
    static final String API = "6b5de23f-fa8f-4088-b32e-11cf49fd03c9";
    static final URI CALLBACK = URI.create("http://localhost:3000/auth/callback");

    static final String READ = "api://example-api/read";
    static final String WRITE = "api://example-api/write";
    static final String EVERYTHING = "api://example-api/.default";
    static final String GRAPH = "https://graph.microsoft.com/User.Read";

    static final String ALICE = "alice@example.test";
    static final String ALICE_ID = "364526c4-eb11-4985-917d-37d04d230685";
    static final String VERIFIER = "verifier".repeat(6);

    @Nested
    class AuthorizationCode {
        @Test
        void a_person_signs_in_and_the_application_learns_who() throws Exception {
            IAuthenticationResult result = signedIn(web(), READ);
            assertEquals(ALICE, result.account().username());
            assertEquals(ALICE_ID + "." + TENANT, result.account().homeAccountId());
        }

        @Test
        void a_code_is_good_for_one_redemption() throws Exception {
            AuthorizationCodeParameters once = redemption(web(), READ, VERIFIER);
            web().acquireToken(once).get();
            refused("invalid_grant", 54005, web().acquireToken(once));
        }

        @Test
        void a_wrong_proof_key_is_refused() throws Exception {
            refused("invalid_grant", 501481, web().acquireToken(redemption(web(), READ, "x".repeat(43))));
        }

        @Test
        void a_native_program_signs_in_through_the_system_browser() throws Exception {
            var request = InteractiveRequestParameters.builder(URI.create("http://localhost")).scopes(Set.of(READ)).build();
            assertEquals(ALICE, cli().acquireToken(request).get().account().username());
        }
    }

    @Nested
    class LaterTokens {
        @Test
        void the_cache_answers_first_and_the_refresh_token_when_asked_to() throws Exception {
            ConfidentialClientApplication app = web();
            IAuthenticationResult first = signedIn(app, READ);
            var silent = SilentParameters.builder(Set.of(READ), first.account());
            assertEquals(first.accessToken(), app.acquireTokenSilently(silent.build()).get().accessToken());
            assertNotEquals(first.accessToken(), app.acquireTokenSilently(silent.forceRefresh(true).build()).get().accessToken());
        }

        @Test
        void a_refresh_token_fetches_a_token_for_another_resource() throws Exception {
            ConfidentialClientApplication app = web();
            var silent = SilentParameters.builder(Set.of(GRAPH), signedIn(app, READ).account()).build();
            assertEquals("1.0", Person.claims(app.acquireTokenSilently(silent).get().accessToken()).get("ver"));
        }

        @Test
        void a_scope_without_consent_needs_the_person() throws Exception {
            ConfidentialClientApplication app = web();
            var silent = SilentParameters.builder(Set.of(WRITE), signedIn(app, READ).account()).build();
            needsThePerson(65001, InteractionRequiredExceptionReason.CONSENT_REQUIRED, app.acquireTokenSilently(silent));
        }

        @Test
        void a_refresh_token_that_was_never_issued_is_refused() throws Exception {
            refused("invalid_grant", 70000, web().acquireToken(RefreshTokenParameters.builder(Set.of(READ), "made-up").build()));
        }
    }

    @Nested
    class ClientCredentials {
        @Test
        void a_secret_brings_the_application_roles() throws Exception {
            var result = daemonToken(ClientCredentialFactory.createFromSecret("daemon-secret")).get();
            assertEquals(List.of("Tasks.Read.All"), Person.claims(result.accessToken()).get("roles"));
        }

        @Test
        void a_wrong_secret_is_an_invalid_client() throws Exception {
            refused("invalid_client", 7000215, daemonToken(ClientCredentialFactory.createFromSecret("guess")));
        }

        @Test
        void a_certificate_proves_the_application() throws Exception {
            var result = daemonToken(ClientCredentialFactory.createFromCertificate(key(), certificate("TEST_CERTIFICATE"))).get();
            assertEquals("2", Person.claims(result.accessToken()).get("azpacr"));
        }

        @Test
        void a_certificate_that_is_not_registered_is_an_invalid_client() throws Exception {
            refused("invalid_client", 700027, daemonToken(ClientCredentialFactory.createFromCertificate(key(), certificate("TEST_CA"))));
        }
    }

    @Nested
    class DeviceCode {
        @Test
        void a_person_types_the_code_elsewhere() throws Exception {
            assertEquals(ALICE, deviceCode(Map.of()).get().account().username());
        }

        @Test
        void a_person_who_declines_ends_it() throws Exception {
            refused("authorization_declined", 70017, deviceCode(Map.of("decline", "yes")));
        }
    }

    @Nested
    class Password {
        @Test
        void a_name_and_a_password_are_enough() throws Exception {
            assertEquals(ALICE_ID + "." + TENANT, password(ALICE, "Password1!", READ).get().account().homeAccountId());
        }

        @ParameterizedTest(name = "{3}")
        @CsvSource({
            "bob@example.test, guess, read, 50126",
            "alice@example.test, Password1!, write, 65001",
        })
        void it_is_refused_with_the_reason(String user, String password, String scope, int number) throws Exception {
            refused("invalid_grant", number, password(user, password, "api://example-api/" + scope));
        }
    }

    @Nested
    class FederatedPassword {
        static final String TYPED = "At the <provider> & nowhere else";

        @Test
        void it_goes_to_the_provider_and_what_that_says_to_the_tenant() throws Exception {
            var result = federated("fred@federated.test", TYPED).get();
            assertEquals(List.of("fed"), Person.claims(result.accessToken()).get("amr"));
        }

        @Test
        void a_tenant_that_needs_more_needs_the_person() throws Exception {
            needsThePerson(50079, InteractionRequiredExceptionReason.BASIC_ACTION, federated("gail@federated.test", TYPED));
        }

        @Test
        void a_wrong_password_is_the_providers_fault() throws Exception {
            // Nobody else signs in by this name: after a fault the library lets the same request wait.
            Throwable cause = assertThrows(ExecutionException.class, federated("nobody@federated.test", "guess")::get).getCause();
            assertTrue(cause.getMessage().contains("the password is wrong"), cause.toString());
        }

        static CompletableFuture<IAuthenticationResult> federated(String user, String password) throws Exception {
            var app = PublicClientApplication.builder("04b07795-8ddb-461a-bbee-02f9e1bf7b46")
                    .authority(System.getenv("TEST_ORIGIN") + "/organizations/")
                    .instanceDiscovery(false).sslSocketFactory(trustingTheLocalCa()).build();
            return app.acquireToken(UserNamePasswordParameters.builder(Set.of(GRAPH), user, password.toCharArray()).build());
        }
    }

    @Nested
    class OnBehalfOf {
        @Test
        void an_api_calls_the_next_one_for_the_person() throws Exception {
            var result = onBehalfOf(signedIn(web(), READ).accessToken()).get();
            assertEquals(ALICE_ID, Person.claims(result.accessToken()).get("oid"));
        }

        @Test
        void a_token_for_another_api_is_refused() throws Exception {
            refused("invalid_grant", 50013, onBehalfOf(signedIn(web(), GRAPH).accessToken()));
        }
    }

    static ConfidentialClientApplication confidential(String id, IClientCredential credential) throws Exception {
        return ConfidentialClientApplication.builder(id, credential)
                .authority(AUTHORITY).instanceDiscovery(false).sslSocketFactory(trustingTheLocalCa()).build();
    }

    static ConfidentialClientApplication web() throws Exception {
        return confidential(WEB, ClientCredentialFactory.createFromSecret("web-secret"));
    }

    static PublicClientApplication cli() throws Exception {
        return PublicClientApplication.builder(CLI)
                .authority(AUTHORITY).instanceDiscovery(false).sslSocketFactory(trustingTheLocalCa()).build();
    }

    static AuthorizationCodeParameters redemption(ConfidentialClientApplication app, String scope, String verifier) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(VERIFIER.getBytes());
        var request = AuthorizationRequestUrlParameters.builder(CALLBACK.toString(), Set.of(scope))
                .responseMode(ResponseMode.QUERY).codeChallengeMethod("S256")
                .codeChallenge(Base64.getUrlEncoder().withoutPadding().encodeToString(hash)).build();
        Object code = Person.ALICE.signInAt(app.getAuthorizationRequestUrl(request).toString(), Map.of()).get("code");
        return AuthorizationCodeParameters.builder(code.toString(), CALLBACK).scopes(Set.of(scope)).codeVerifier(verifier).build();
    }

    static IAuthenticationResult signedIn(ConfidentialClientApplication app, String scope) throws Exception {
        return app.acquireToken(redemption(app, scope, VERIFIER)).get();
    }

    static CompletableFuture<IAuthenticationResult> daemonToken(IClientCredential credential) throws Exception {
        return confidential(DAEMON, credential).acquireToken(ClientCredentialParameters.builder(Set.of(EVERYTHING)).build());
    }

    static CompletableFuture<IAuthenticationResult> deviceCode(Map<String, String> more) throws Exception {
        return cli().acquireToken(DeviceCodeFlowParameters.builder(Set.of(READ), device -> {
            Map<String, String> wish = new HashMap<>(more);
            wish.put("code", device.userCode());
            Person.ALICE.signInAt(device.verificationUri(), wish);
        }).build());
    }

    static CompletableFuture<IAuthenticationResult> password(String user, String password, String scope) throws Exception {
        return cli().acquireToken(UserNamePasswordParameters.builder(Set.of(scope), user, password.toCharArray()).build());
    }

    static CompletableFuture<IAuthenticationResult> onBehalfOf(String token) throws Exception {
        return confidential(API, ClientCredentialFactory.createFromSecret("api-secret"))
                .acquireToken(OnBehalfOfParameters.builder(Set.of(GRAPH), new UserAssertion(token)).build());
    }

    static MsalServiceException refused(String error, int number, CompletableFuture<IAuthenticationResult> attempt) {
        Throwable cause = assertThrows(ExecutionException.class, attempt::get).getCause();
        MsalServiceException refusal = assertInstanceOf(MsalServiceException.class, cause);
        assertEquals(error, refusal.errorCode(), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("AADSTS" + number + ": "), refusal.getMessage());
        return refusal;
    }

    static void needsThePerson(int number, InteractionRequiredExceptionReason why, CompletableFuture<IAuthenticationResult> attempt) {
        var refusal = assertInstanceOf(MsalInteractionRequiredException.class, refused("invalid_grant", number, attempt));
        assertEquals(why, refusal.reason());
    }

    static PrivateKey key() throws Exception {
        String pem = Files.readString(Path.of(System.getenv("TEST_KEY"))).replaceAll("-----[A-Z ]+-----|\\s", "");
        return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    }

    static X509Certificate certificate(String variable) throws Exception {
        try (InputStream pem = Files.newInputStream(Path.of(System.getenv(variable)))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
        }
    }

    static SSLSocketFactory trustingTheLocalCa() throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("local-ca", certificate("TEST_CA"));
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context.getSocketFactory();
    }
}
