import com.azure.json.JsonProviders;
import com.azure.json.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A person at a browser, who goes to an address, signs in, and is sent somewhere with an answer. */
final class Person {
    static final Person ALICE = new Person("alice@example.test");

    private final String name;

    Person(String name) {
        this.name = name;
    }

    /** The parameters with which the browser left the provider. */
    Map<String, Object> signInAt(String address, Map<String, String> more) {
        Map<String, String> wish = new LinkedHashMap<>(Map.of("url", address, "user", name, "password", "Password1!"));
        wish.putAll(more);
        String body = wish.entrySet().stream()
                .map(entry -> "\"%s\":\"%s\"".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
        HttpRequest request = HttpRequest.newBuilder(URI.create(System.getenv("TEST_SIGN_IN")))
                .POST(HttpRequest.BodyPublishers.ofString(body)).build();
        Map<String, Object> end = parse(send(request));
        if (end.get("error") != null) {
            throw new IllegalStateException("signing in at " + address + ": " + end.get("error"));
        }
        return asMap(end.getOrDefault("fields", Map.of()));
    }

    static Map<String, Object> claims(String token) {
        return parse(new String(Base64.getUrlDecoder().decode(token.split("\\.")[1])));
    }

    private static String send(HttpRequest request) {
        try {
            return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static Map<String, Object> parse(String json) {
        try (JsonReader reader = JsonProviders.createReader(json)) {
            return reader.readMap(JsonReader::readUntyped);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> asMap(Object value) {
        return (Map<String, Object>) value;
    }
}
