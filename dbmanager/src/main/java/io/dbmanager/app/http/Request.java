package io.dbmanager.app.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request that has arrived whole.
 *
 * @param method in capitals; HEAD is answered as GET without the body
 * @param path decoded, without the query
 * @param query first value of each parameter
 * @param authorization the header, if there is one
 * @param variables parts of the path that the route names
 */
record Request(
        String method,
        String path,
        Map<String, String> query,
        Optional<String> authorization,
        String body,
        List<String> variables) {

    Request withVariables(List<String> found) {
        return new Request(method, path, query, authorization, body, found);
    }
}
