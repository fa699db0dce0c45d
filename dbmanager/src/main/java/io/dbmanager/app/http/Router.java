package io.dbmanager.app.http;

import io.dbmanager.common.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds who answers a request: unknown path 404, wrong method 405, and for what changes something
 * no token 401, a wrong one 403.
 */
final class Router {
    /** Answers a request; may block. */
    interface Endpoint extends Function<Request, Response> {}

    private record Route(String method, Pattern path, boolean guarded, Endpoint endpoint) {}

    private final List<Route> routes = new ArrayList<>();
    private final Secret token;

    Router(Secret token) {
        this.token = token;
    }

    /** Anybody may ask. */
    Router get(String path, Endpoint endpoint) {
        routes.add(new Route("GET", pattern(path), false, endpoint));
        return this;
    }

    /** Only who has the token may ask. */
    Router post(String path, Endpoint endpoint) {
        routes.add(new Route("POST", pattern(path), true, endpoint));
        return this;
    }

    private static Pattern pattern(String path) {
        return Pattern.compile(path.replaceAll("\\{[a-z]+}", "([^/]+)"));
    }

    Response answer(Request request) {
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        List<String> allowed = new ArrayList<>();
        for (Route route : routes) {
            Matcher matcher = route.path().matcher(request.path());
            if (!matcher.matches()) {
                continue;
            }
            if (route.method().equals(method)) {
                return guarded(route, request.withVariables(groups(matcher)));
            }
            allowed.add(route.method().equals("GET") ? "GET, HEAD" : route.method());
        }
        if (allowed.isEmpty()) {
            return Response.error(404, "there is nothing at " + request.path());
        }
        String methods = String.join(", ", allowed);
        return Response.error(
                        405, "%s does not take %s".formatted(request.path(), request.method()))
                .with(Map.of("Allow", methods));
    }

    private Response guarded(Route route, Request request) {
        if (!route.guarded()) {
            return route.endpoint().apply(request);
        }
        Optional<String> offered = request.authorization().flatMap(Router::bearer);
        if (offered.isEmpty()) {
            return Response.error(401, "the header 'Authorization: Bearer TOKEN' is missing")
                    .with(Map.of("WWW-Authenticate", "Bearer realm=\"dbmanager\""));
        }
        if (!isToken(offered.get())) {
            return Response.error(403, "the token is wrong");
        }
        return route.endpoint().apply(request);
    }

    private static Optional<String> bearer(String header) {
        String scheme = "bearer ";
        return header.toLowerCase(Locale.ROOT).startsWith(scheme)
                ? Optional.of(header.substring(scheme.length()).strip())
                        .filter(text -> !text.isEmpty())
                : Optional.empty();
    }

    /** In constant time, so that the time taken does not tell how much of a guess was right. */
    private boolean isToken(String offered) {
        return MessageDigest.isEqual(
                offered.getBytes(StandardCharsets.UTF_8),
                token.reveal().getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> groups(Matcher matcher) {
        List<String> groups = new ArrayList<>();
        for (int i = 1; i <= matcher.groupCount(); i++) {
            groups.add(matcher.group(i));
        }
        return groups;
    }
}
