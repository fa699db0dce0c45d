package io.dbmanager.proxy.sql;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Schemas whose tables tell the state of a server rather than data that is replicated. */
final class ServerTables {
    enum SystemSchema {
        INFORMATION_SCHEMA,
        /** performance_schema, sys, mysql. */
        OF_THE_SERVER
    }

    enum Subject {
        SCHEMA_OBJECTS,
        LAST_STATEMENT
    }

    private static final String SCHEMA_OBJECTS =
            """
            administrable_role_authorizations applicable_roles character_sets check_constraints
            collation_character_set_applicability collations column_privileges column_statistics
            columns columns_extensions enabled_roles geometry_columns key_column_usage
            key_period_usage keywords parameters partitions periods referential_constraints
            role_column_grants role_routine_grants role_table_grants routines
            schema_privileges schemata schemata_extensions sequences spatial_ref_sys
            sql_functions st_geometry_columns st_spatial_reference_systems st_units_of_measure
            statistics table_constraints table_constraints_extensions table_privileges tables
            tables_extensions triggers user_privileges view_routine_usage view_table_usage views
            """;

    private static final WordTable<SystemSchema> SCHEMAS =
            new WordTable<>(
                    Map.of(
                            "information_schema", SystemSchema.INFORMATION_SCHEMA,
                            "performance_schema", SystemSchema.OF_THE_SERVER,
                            "sys", SystemSchema.OF_THE_SERVER,
                            "mysql", SystemSchema.OF_THE_SERVER));

    private static final WordTable<Subject> TABLES = new WordTable<>(tables());

    private ServerTables() {}

    private static Map<String, Subject> tables() {
        Map<String, Subject> all = new HashMap<>();
        for (String name : SCHEMA_OBJECTS.strip().split("\\s+")) {
            all.put(name, Subject.SCHEMA_OBJECTS);
        }
        all.put("optimizer_trace", Subject.LAST_STATEMENT);
        all.put("profiling", Subject.LAST_STATEMENT);
        return all;
    }

    static WordTable<SystemSchema> schemas() {
        return SCHEMAS;
    }

    /** What a table of information_schema speaks of; null for the server's state. */
    static @Nullable Subject subject(Lexer lexer) {
        return lexer.find(TABLES);
    }
}
