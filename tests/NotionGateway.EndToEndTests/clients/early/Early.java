import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The same with Java's HttpURLConnection or, if "client" stands after RUNS, with its HttpClient, both as they come. */
class Early {
    public static void main(String[] said) {
        var client = said.length > 6 ? HttpClient.newHttpClient() : null;
        for (int run = 0; run < Integer.parseInt(said[5]); run++) {
            try {
                System.out.println(client == null ? connection(said) : client(client, said));
            } catch (Exception error) {
                System.out.println(error.toString().replace('\n', ' '));
            }
        }
        System.exit(0);
    }

    static int connection(String[] said) throws Exception {
        var to = (HttpURLConnection) URI.create(said[0]).toURL().openConnection();
        int length = Integer.parseInt(said[3]);
        to.setRequestMethod("POST");
        to.setDoOutput(true);
        to.setRequestProperty("Authorization", "Bearer " + said[1]);
        to.setRequestProperty("Content-Type", said[2]);
        if (said[4].equals("chunked")) to.setChunkedStreamingMode(0); else to.setFixedLengthStreamingMode(length);
        try (OutputStream out = to.getOutputStream()) {
            out.write(new byte[length]);
        }
        return to.getResponseCode();
    }

    static int client(HttpClient client, String[] said) throws Exception {
        var bytes = new byte[Integer.parseInt(said[3])];
        var body = said[4].equals("chunked")
            ? HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))
            : HttpRequest.BodyPublishers.ofByteArray(bytes);
        var request = HttpRequest.newBuilder(URI.create(said[0])).header("Authorization", "Bearer " + said[1]).header("Content-Type", said[2]).POST(body);
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
    }
}
