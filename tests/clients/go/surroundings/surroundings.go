// Package surroundings is what every Go client needs to know: the addresses, the applications of the built-in world,
// and a person at a browser.
package surroundings

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/confidential"
)

const (
	Tenant   = "10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1"
	Web      = "dbcb6c58-cb5f-489c-a508-b7d6c183835d"
	Daemon   = "1844fd18-0821-4dd0-9c73-af2e2def8706"
	CLI      = "6027b688-5422-45fd-a0ec-836caa2bf116"
	API      = "6b5de23f-fa8f-4088-b32e-11cf49fd03c9"
	AzureCLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
	Callback = "http://localhost:3000/auth/callback"

	Read       = "api://example-api/read"
	Write      = "api://example-api/write"
	Everything = "api://example-api/.default"
	Graph      = "https://graph.microsoft.com/User.Read"

	Alice    = "alice@example.test"
	AliceID  = "364526c4-eb11-4985-917d-37d04d230685"
	Bob      = "bob@example.test"
	Password = "Password1!"

	Fred              = "fred@federated.test"
	Gail              = "gail@federated.test"
	FederatedPassword = "At the <provider> & nowhere else"
)

var (
	Origin    = os.Getenv("TEST_ORIGIN")
	Authority = Origin + "/example.test"
)

// SignIn sends Alice's browser to an address and gives the parameters with which it left the provider.
func SignIn(t *testing.T, address string, more map[string]any) map[string]string {
	t.Helper()
	wish := map[string]any{"url": address, "user": Alice, "password": Password}
	for name, value := range more {
		wish[name] = value
	}
	body, err := json.Marshal(wish)
	Succeeds(t, err)
	response, err := http.Post(os.Getenv("TEST_SIGN_IN"), "application/json", bytes.NewReader(body))
	Succeeds(t, err)
	defer response.Body.Close()
	var end struct {
		Error  string
		Fields map[string]string
	}
	Succeeds(t, json.NewDecoder(response.Body).Decode(&end))
	if response.StatusCode != http.StatusOK || end.Error != "" {
		t.Fatalf("signing in at %s: %s", address, end.Error)
	}
	return end.Fields
}

// WithProofKey adds the challenge of a verifier to an authorization address.
func WithProofKey(t *testing.T, address, verifier string) string {
	t.Helper()
	parsed, err := url.Parse(address)
	Succeeds(t, err)
	hash := sha256.Sum256([]byte(verifier))
	query := parsed.Query()
	query.Set("code_challenge", base64.RawURLEncoding.EncodeToString(hash[:]))
	query.Set("code_challenge_method", "S256")
	parsed.RawQuery = query.Encode()
	return parsed.String()
}

// Claims reads the claims of a token; other clients' tests verify the signatures.
func Claims(t *testing.T, token string) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("not a signed token: %q", token)
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	Succeeds(t, err)
	claims := map[string]any{}
	Succeeds(t, json.Unmarshal(raw, &claims))
	return claims
}

// Certificate is the one that Example Daemon has registered.
func Certificate(t *testing.T) ([]*x509.Certificate, crypto.PrivateKey) {
	t.Helper()
	key, err := os.ReadFile(os.Getenv("TEST_KEY"))
	Succeeds(t, err)
	certificate, err := os.ReadFile(os.Getenv("TEST_CERTIFICATE"))
	Succeeds(t, err)
	certificates, private, err := confidential.CertFromPEM(append(key, certificate...), "")
	Succeeds(t, err)
	return certificates, private
}

func Succeeds(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func Same[T comparable](t *testing.T, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("got %v, want %v", got, want)
	}
}
