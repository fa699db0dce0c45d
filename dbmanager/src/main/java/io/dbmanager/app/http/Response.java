package io.dbmanager.app.http;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An answer. */
record Response(int status, String contentType, String body, Map<String, String> headers) {
    private static final JsonMapper JSON = JsonMapper.shared();

    static Response json(int status, JsonNode body) {
        return new Response(
                status,
                "application/json; charset=utf-8",
                JSON.writeValueAsString(body) + "\n",
                Map.of());
    }

    static Response error(int status, String sentence) {
        return json(status, JSON.createObjectNode().put("error", sentence));
    }

    static Response text(int status, String contentType, String body) {
        return new Response(status, contentType, body, Map.of());
    }

    Response with(Map<String, String> more) {
        return new Response(status, contentType, body, more);
    }
}
