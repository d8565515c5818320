// MSAL for Go: every flow it has, and the refusals that it passes on.
package msal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	msalerrors "github.com/AzureAD/microsoft-authentication-library-for-go/apps/errors"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/confidential"
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/public"

	. "standin/tests/clients/surroundings"
)

var (
	ctx      = context.Background()
	verifier = strings.Repeat("verifier", 6)
)

func application(t *testing.T, id string, credential confidential.Credential, err error) confidential.Client {
	t.Helper()
	Succeeds(t, err)
	client, err := confidential.New(Authority, id, credential, confidential.WithInstanceDiscovery(false))
	Succeeds(t, err)
	return client
}

func withSecret(t *testing.T, id, secret string) confidential.Client {
	t.Helper()
	credential, err := confidential.NewCredFromSecret(secret)
	return application(t, id, credential, err)
}

func cli(t *testing.T) public.Client {
	t.Helper()
	client, err := public.New(CLI, public.WithAuthority(Authority), public.WithInstanceDiscovery(false))
	Succeeds(t, err)
	return client
}

func code(t *testing.T, client confidential.Client, scope string) string {
	t.Helper()
	address, err := client.AuthCodeURL(ctx, Web, Callback, []string{scope})
	Succeeds(t, err)
	return SignIn(t, WithProofKey(t, address, verifier), nil)["code"]
}

func redeem(client confidential.Client, code, scope, verifier string) (confidential.AuthResult, error) {
	return client.AcquireTokenByAuthCode(ctx, code, Callback, []string{scope}, confidential.WithChallenge(verifier))
}

func signedIn(t *testing.T, client confidential.Client, scope string) confidential.AuthResult {
	t.Helper()
	result, err := redeem(client, code(t, client, scope), scope, verifier)
	Succeeds(t, err)
	return result
}

func refused(t *testing.T, err error, name string, number int) {
	t.Helper()
	var refusal msalerrors.CallErr
	if !errors.As(err, &refusal) {
		t.Fatalf("not refused by the provider: %v", err)
	}
	var body struct {
		Error string `json:"error"`
		Codes []int  `json:"error_codes"`
	}
	Succeeds(t, json.NewDecoder(refusal.Resp.Body).Decode(&body))
	Same(t, body.Error, name)
	Same(t, body.Codes[0], number)
}

func TestAPersonSignsInAndTheApplicationLearnsWho(t *testing.T) {
	result := signedIn(t, withSecret(t, Web, "web-secret"), Read)
	Same(t, result.Account.PreferredUsername, Alice)
	Same(t, result.Account.HomeAccountID, AliceID+"."+Tenant)
	Same(t, result.IDToken.Oid, AliceID)
}

func TestACodeIsGoodForOneRedemption(t *testing.T) {
	client := withSecret(t, Web, "web-secret")
	once := code(t, client, Read)
	_, err := redeem(client, once, Read, verifier)
	Succeeds(t, err)
	_, err = redeem(withSecret(t, Web, "web-secret"), once, Read, verifier)
	refused(t, err, "invalid_grant", 54005)
}

func TestAWrongProofKeyIsRefused(t *testing.T) {
	client := withSecret(t, Web, "web-secret")
	_, err := redeem(client, code(t, client, Read), Read, strings.Repeat("x", 43))
	refused(t, err, "invalid_grant", 501481)
}

func TestTheCacheAnswersAndTheRefreshTokenServesAnotherResource(t *testing.T) {
	client := withSecret(t, Web, "web-secret")
	account := confidential.WithSilentAccount(signedIn(t, client, Read).Account)
	cached, err := client.AcquireTokenSilent(ctx, []string{Read}, account)
	Succeeds(t, err)
	Same(t, cached.Metadata.TokenSource, confidential.TokenSourceCache)
	fetched, err := client.AcquireTokenSilent(ctx, []string{Graph}, account)
	Succeeds(t, err)
	Same(t, fetched.Metadata.TokenSource, confidential.TokenSourceIdentityProvider)
}

func TestAScopeWithoutConsentNeedsThePerson(t *testing.T) {
	client := withSecret(t, Web, "web-secret")
	account := confidential.WithSilentAccount(signedIn(t, client, Read).Account)
	_, err := client.AcquireTokenSilent(ctx, []string{Write}, account)
	refused(t, err, "invalid_grant", 65001)
}

func TestASecretBringsTheApplicationRoles(t *testing.T) {
	result, err := withSecret(t, Daemon, "daemon-secret").AcquireTokenByCredential(ctx, []string{Everything})
	Succeeds(t, err)
	Same(t, Claims(t, result.AccessToken)["roles"].([]any)[0].(string), "Tasks.Read.All")
}

func TestAWrongSecretIsAnInvalidClient(t *testing.T) {
	_, err := withSecret(t, Daemon, "guess").AcquireTokenByCredential(ctx, []string{Everything})
	refused(t, err, "invalid_client", 7000215)
}

func TestACertificateProvesTheApplication(t *testing.T) {
	credential, err := confidential.NewCredFromCert(Certificate(t))
	result, err := application(t, Daemon, credential, err).AcquireTokenByCredential(ctx, []string{Everything})
	Succeeds(t, err)
	Same(t, Claims(t, result.AccessToken)["azpacr"].(string), "2")
}

func TestACertificateOfAnotherApplicationIsAnInvalidClient(t *testing.T) {
	credential, err := confidential.NewCredFromCert(Certificate(t))
	_, err = application(t, Web, credential, err).AcquireTokenByCredential(ctx, []string{Everything})
	refused(t, err, "invalid_client", 700027)
}

func TestAnAPICallsTheNextOneForThePerson(t *testing.T) {
	user := signedIn(t, withSecret(t, Web, "web-secret"), Read).AccessToken
	result, err := withSecret(t, API, "api-secret").AcquireTokenOnBehalfOf(ctx, user, []string{Graph})
	Succeeds(t, err)
	Same(t, Claims(t, result.AccessToken)["oid"].(string), AliceID)
}

func TestATokenForAnotherAPIIsRefused(t *testing.T) {
	user := signedIn(t, withSecret(t, Web, "web-secret"), Graph).AccessToken
	_, err := withSecret(t, API, "api-secret").AcquireTokenOnBehalfOf(ctx, user, []string{Graph})
	refused(t, err, "invalid_grant", 50013)
}

func TestAPersonTypesTheDeviceCodeElsewhere(t *testing.T) {
	device, err := cli(t).AcquireTokenByDeviceCode(ctx, []string{Read})
	Succeeds(t, err)
	SignIn(t, device.Result.VerificationURL, map[string]any{"code": device.Result.UserCode})
	result, err := device.AuthenticationResult(ctx)
	Succeeds(t, err)
	Same(t, result.Account.PreferredUsername, Alice)
}

func TestAPersonWhoDeclinesTheDeviceCodeEndsIt(t *testing.T) {
	device, err := cli(t).AcquireTokenByDeviceCode(ctx, []string{Read})
	Succeeds(t, err)
	SignIn(t, device.Result.VerificationURL, map[string]any{"code": device.Result.UserCode, "decline": true})
	_, err = device.AuthenticationResult(ctx)
	if err == nil || !strings.Contains(err.Error(), "authorization_declined") {
		t.Fatalf("not declined: %v", err)
	}
}

func TestANameAndAPasswordAreEnough(t *testing.T) {
	result, err := cli(t).AcquireTokenByUsernamePassword(ctx, []string{Read}, Alice, Password)
	Succeeds(t, err)
	Same(t, result.Account.HomeAccountID, AliceID+"."+Tenant)
}

func TestAPasswordIsRefusedWithTheReason(t *testing.T) {
	for name, attempt := range map[string]struct {
		user, password, scope string
		number                int
	}{
		"when it is wrong":          {Bob, "guess", Read, 50126},
		"when a consent is missing": {Alice, Password, Write, 65001},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := cli(t).AcquireTokenByUsernamePassword(ctx, []string{attempt.scope}, attempt.user, attempt.password)
			refused(t, err, "invalid_grant", attempt.number)
		})
	}
}

func federated(t *testing.T, user, password string) (public.AuthResult, error) {
	t.Helper()
	client, err := public.New(AzureCLI, public.WithAuthority(Origin+"/organizations"), public.WithInstanceDiscovery(false))
	Succeeds(t, err)
	return client.AcquireTokenByUsernamePassword(ctx, []string{Graph}, user, password)
}

func TestAFederatedAccountSignsInAtItsProvider(t *testing.T) {
	result, err := federated(t, Fred, FederatedPassword)
	Succeeds(t, err)
	Same(t, fmt.Sprint(Claims(t, result.AccessToken)["amr"]), "[fed]")
}

func TestAFederatedAccountIsRefusedWhereItsTenantNeedsMore(t *testing.T) {
	_, err := federated(t, Gail, FederatedPassword)
	refused(t, err, "invalid_grant", 50079)
}

func TestAWrongPasswordIsTheProvidersFault(t *testing.T) {
	_, err := federated(t, Fred, "guess")
	if err == nil || !strings.Contains(err.Error(), "500") {
		t.Fatalf("not refused by the provider: %v", err)
	}
}

func TestANativeProgramSignsInThroughTheSystemBrowser(t *testing.T) {
	result, err := cli(t).AcquireTokenInteractive(ctx, []string{Read})
	Succeeds(t, err)
	Same(t, result.Account.PreferredUsername, Alice)
}
