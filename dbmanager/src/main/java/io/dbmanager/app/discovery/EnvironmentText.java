package io.dbmanager.app.discovery;

import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/** The text of an environment.json, of which single values are exchanged and all else stays. */
final class EnvironmentText {
    private static final JsonFactory FACTORY = new JsonFactory();

    private EnvironmentText() {}

    /**
     * The same text with other values.
     *
     * @param json an object, known to be valid
     * @param values by key; keys that the object lacks are left out
     */
    static String with(String json, Map<String, String> values) {
        StringBuilder changed = new StringBuilder();
        int copied = 0;
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String next = values.get(parser.currentName());
                parser.nextToken();
                int begin = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
                if (next == null) {
                    parser.skipChildren();
                    continue;
                }
                // Read to its end, which the parser puts off.
                parser.getString();
                int end = Math.toIntExact(parser.currentLocation().getCharOffset());
                changed.append(json, copied, begin).append(quoted(next));
                copied = end;
            }
        }
        return changed.append(json, copied, json.length()).toString();
    }

    private static String quoted(String value) {
        return JsonMapper.shared().writeValueAsString(value);
    }
}
