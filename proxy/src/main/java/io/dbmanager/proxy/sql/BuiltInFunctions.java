package io.dbmanager.proxy.sql;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The functions servers bring with them. A name that is not here, or not yet in the server's
 * version, is a stored or loadable function: nobody knows what those do.
 */
final class BuiltInFunctions {
    /** What calling one means for where a statement may run. */
    enum Effect {
        NONE,
        /** The server takes it for this function only without a space before the parenthesis. */
        NONE_IF_ADJACENT,
        TAKES_USER_LOCK,
        RELEASES_USER_LOCK,
        RELEASES_ALL_USER_LOCKS,
        ASKS_USER_LOCK,
        WAITS,
        SPEAKS_OF_LAST_STATEMENT,
        SPEAKS_OF_LAST_QUERY,
        LAST_INSERT_ID,
        CONNECTION_ID,
        SEQUENCE,
        UNIQUE_PER_SERVER,
        SERVER_STATE,
        READS_FILE,
        /** XPath may name user variables inside a string. */
        XPATH
    }

    /**
     * @param untilMySql the first version of MySQL that has it no longer
     */
    private record Function(Effect effect, int sinceMySql, int untilMySql, int sinceMariaDb) {
        boolean isIn(SqlContext context) {
            int version = context.versionNumber();
            return context.isMariaDb()
                    ? version >= sinceMariaDb
                    : version >= sinceMySql && version < untilMySql;
        }
    }

    private static final int NEVER = Integer.MAX_VALUE;
    private static final int MYSQL_8 = 80000;
    private static final int MYSQL_9 = 90000;

    private static final String EVERYWHERE =
            """
            abs acos addtime aes_decrypt aes_encrypt ascii asin atan atan2 avg benchmark bin
            bit_count bit_length ceil ceiling char char_length character_length charset coalesce
            coercibility collation compress concat concat_ws contains conv convert convert_tz cos
            cot crc32 current_date current_time current_timestamp current_user database date
            date_format datediff day dayname dayofmonth dayofweek dayofyear default degrees elt
            exp export_set field find_in_set floor format from_base64 from_days from_unixtime
            geometrycollection get_format greatest hex hour if ifnull inet6_aton inet6_ntoa
            inet_aton inet_ntoa insert instr interval is_ipv4 is_ipv4_compat is_ipv4_mapped
            is_ipv6 isnull json_array json_array_append json_array_insert json_arrayagg
            json_contains json_contains_path json_depth json_extract json_insert json_keys
            json_length json_merge json_merge_patch json_merge_preserve json_object
            json_objectagg json_pretty json_quote json_remove json_replace json_search json_set
            json_type json_unquote json_valid last_day lcase least left length linestring ln
            localtime localtimestamp locate log log10 log2 lower lpad ltrim make_set makedate
            maketime match mbrcontains mbrdisjoint mbrequal mbrequals mbrintersects mbroverlaps
            mbrtouches mbrwithin md5 microsecond minute mod month monthname multilinestring
            multipoint multipolygon name_const nullif oct octet_length ord period_add
            period_diff pi point polygon pow power quarter quote radians rand regexp repeat
            replace reverse right round row rpad rtrim schema sec_to_time second sha sha1 sha2
            sign sin sleep soundex space sqrt st_area st_asbinary st_asgeojson st_astext
            st_aswkb st_aswkt st_boundary st_buffer st_centroid st_contains st_convexhull
            st_crosses st_difference st_dimension st_disjoint st_distance st_distance_sphere
            st_endpoint st_envelope st_equals st_exteriorring st_geomcollfromtext
            st_geomcollfromwkb st_geometrycollectionfromtext st_geometrycollectionfromwkb
            st_geometryfromtext st_geometryfromwkb st_geometryn st_geometrytype
            st_geomfromgeojson st_geomfromtext st_geomfromwkb st_interiorringn st_intersection
            st_intersects st_isclosed st_isempty st_issimple st_length st_linefromtext
            st_linefromwkb st_linestringfromtext st_linestringfromwkb st_numgeometries
            st_numinteriorrings st_numpoints st_overlaps st_pointfromtext st_pointfromwkb
            st_pointn st_polyfromtext st_polyfromwkb st_polygonfromtext st_polygonfromwkb
            st_srid st_startpoint st_symdifference st_touches st_union st_within st_x st_y
            str_to_date strcmp subtime substring_index tan time time_format time_to_sec
            timediff timestamp timestampadd timestampdiff to_base64 to_days to_seconds truncate
            ucase uncompress uncompressed_length unhex unix_timestamp upper user utc_date
            utc_time utc_timestamp uuid values week weekday weekofyear weight_string year
            yearweek
            """;

    private static final String EVERYWHERE_IF_ADJACENT =
            """
            adddate bit_and bit_or bit_xor cast count curdate curtime date_add date_sub extract
            group_concat max mid min now position session_user std stddev stddev_pop stddev_samp
            subdate substr substring sum sysdate system_user trim var_pop var_samp variance
            """;

    private static final String SINCE_MYSQL_5_7 =
            """
            any_value area asbinary astext aswkb aswkt buffer centroid convexhull crosses
            decode des_decrypt des_encrypt dimension disjoint distance encode encrypt endpoint
            envelope equals exteriorring geomcollfromtext geomcollfromwkb geometryfromtext
            geometryfromwkb geometryn geometrytype geomfromtext geomfromwkb glength gtid_subset
            gtid_subtract interiorringn intersects isclosed isempty issimple json_append
            json_storage_size linefromtext linefromwkb linestringfromtext linestringfromwkb
            mlinefromtext mlinefromwkb mpointfromtext mpointfromwkb mpolyfromtext mpolyfromwkb
            multilinestringfromtext multilinestringfromwkb multipointfromtext multipointfromwkb
            multipolygonfromtext multipolygonfromwkb numgeometries numinteriorrings numpoints
            old_password overlaps password pointfromtext pointfromwkb pointn polyfromtext
            polyfromwkb polygonfromtext polygonfromwkb random_bytes srid st_geohash
            st_geomcollfromtxt st_isvalid st_latfromgeohash st_longfromgeohash st_makeenvelope
            st_mlinefromtext st_mlinefromwkb st_mpointfromtext st_mpointfromwkb st_mpolyfromtext
            st_mpolyfromwkb st_multilinestringfromtext st_multilinestringfromwkb
            st_multipointfromtext st_multipointfromwkb st_multipolygonfromtext
            st_multipolygonfromwkb st_numinteriorring st_pointfromgeohash st_simplify
            st_validate startpoint touches validate_password_strength within x y
            """;

    private static final String SINCE_MYSQL_8 =
            """
            bin_to_uuid cume_dist current_role dense_rank first_value format_bytes
            format_pico_time geomcollection grouping is_uuid json_overlaps json_schema_valid
            json_schema_validation_report json_storage_free json_table json_value lag last_value
            lead mbrcoveredby mbrcovers nth_value ntile percent_rank rank regexp_instr
            regexp_like regexp_replace regexp_substr roles_graphml row_number st_collect
            st_frechetdistance st_hausdorffdistance st_latitude st_lineinterpolatepoint
            st_lineinterpolatepoints st_longitude st_pointatdistance st_swapxy st_transform
            statement_digest statement_digest_text uuid_to_bin
            """;

    /** Gone again in MySQL 8.0, so that their names are free for stored functions there. */
    private static final String NOT_SINCE_MYSQL_8 =
            """
            area asbinary astext aswkb aswkt buffer centroid contains convexhull crosses decode
            des_decrypt des_encrypt dimension disjoint distance encode encrypt endpoint envelope
            equals exteriorring geomcollfromtext geomcollfromwkb geometryfromtext geometryfromwkb
            geometryn geometrytype geomfromtext geomfromwkb glength interiorringn intersects
            isclosed isempty issimple json_append linefromtext linefromwkb linestringfromtext
            linestringfromwkb mbrequal mlinefromtext mlinefromwkb mpointfromtext mpointfromwkb
            mpolyfromtext mpolyfromwkb multilinestringfromtext multilinestringfromwkb
            multipointfromtext multipointfromwkb multipolygonfromtext multipolygonfromwkb
            numgeometries numinteriorrings numpoints old_password overlaps password
            pointfromtext pointfromwkb pointn polyfromtext polyfromwkb polygonfromtext
            polygonfromwkb srid st_boundary startpoint touches within x y
            """;

    /** DISTANCE for vectors is left out: its name meant geometry up to 5.7. */
    private static final String SINCE_MYSQL_9 =
            "json_duality_object string_to_vector vector_dim vector_distance vector_to_string";

    private static final String MARIADB =
            """
            add_months chr column_add column_check column_create column_delete column_exists
            column_get column_json column_list crc32c cume_dist current_role decode
            decode_histogram dense_rank encode encrypt first_value format_bytes format_pico_time
            json_array_intersect json_compact json_detailed json_equals json_exists
            json_key_value json_loose json_normalize json_object_filter_keys
            json_object_to_array json_overlaps json_query json_schema_valid json_table
            json_value kdf lag last_value lead lengthb median natural_sort_key nth_value ntile
            nvl nvl2 old_password password percent_rank percentile_cont percentile_disc
            random_bytes rank regexp_instr regexp_replace regexp_substr row_number sformat
            st_collect st_geohash st_isring st_isvalid st_latfromgeohash st_longfromgeohash
            st_mlinefromtext st_mlinefromwkb st_mpointfromtext st_mpointfromwkb
            st_mpolyfromtext st_mpolyfromwkb st_pointfromgeohash st_pointonsurface st_relate
            st_simplify st_validate sys_guid to_char to_date trim_oracle uuid_v4 uuid_v7
            vec_distance vec_distance_cosine vec_distance_euclidean vec_fromtext vec_totext
            area asbinary astext aswkb aswkt boundary buffer centroid convexhull crosses
            dimension disjoint endpoint envelope equals exteriorring geomcollfromtext
            geomcollfromwkb geometryfromtext geometryfromwkb geometryn geometrytype geomfromtext
            geomfromwkb glength interiorringn intersects isclosed isempty isring issimple
            linefromtext linefromwkb linestringfromtext linestringfromwkb mlinefromtext
            mlinefromwkb mpointfromtext mpointfromwkb mpolyfromtext mpolyfromwkb
            multilinestringfromtext multilinestringfromwkb multipointfromtext
            multipointfromwkb multipolygonfromtext multipolygonfromwkb numgeometries
            numinteriorrings numpoints overlaps pointfromtext pointfromwkb pointn
            pointonsurface polyfromtext polyfromwkb polygonfromtext polygonfromwkb srid
            startpoint touches within x y
            """;

    private static final WordTable<Function> TABLE = new WordTable<>(entries());

    private BuiltInFunctions() {}

    private static Map<String, Function> entries() {
        Map<String, Function> all = new HashMap<>();
        put(all, MARIADB, Effect.NONE, NEVER, 0);
        put(all, SINCE_MYSQL_9, Effect.NONE, MYSQL_9, NEVER);
        put(all, SINCE_MYSQL_8, Effect.NONE, MYSQL_8, NEVER);
        put(all, SINCE_MYSQL_5_7, Effect.NONE, 0, NEVER);
        put(all, EVERYWHERE, Effect.NONE, 0, 0);
        put(all, EVERYWHERE_IF_ADJACENT, Effect.NONE_IF_ADJACENT, 0, 0);
        put(all, "get_lock", Effect.TAKES_USER_LOCK, 0, 0);
        put(all, "release_lock", Effect.RELEASES_USER_LOCK, 0, 0);
        put(all, "release_all_locks", Effect.RELEASES_ALL_USER_LOCKS, 0, 0);
        put(all, "is_free_lock is_used_lock", Effect.ASKS_USER_LOCK, 0, 0);
        put(all, "master_pos_wait", Effect.WAITS, 0, 0);
        put(
                all,
                "source_pos_wait wait_for_executed_gtid_set wait_until_sql_thread_after_gtids",
                Effect.WAITS,
                0,
                NEVER);
        put(all, "master_gtid_wait wsrep_sync_wait_upto_gtid", Effect.WAITS, NEVER, 0);
        put(all, "row_count", Effect.SPEAKS_OF_LAST_STATEMENT, 0, 0);
        put(all, "found_rows", Effect.SPEAKS_OF_LAST_QUERY, 0, 0);
        put(all, "last_insert_id", Effect.LAST_INSERT_ID, 0, 0);
        put(all, "connection_id", Effect.CONNECTION_ID, 0, 0);
        put(all, "nextval lastval setval", Effect.SEQUENCE, NEVER, 0);
        put(all, "uuid_short", Effect.UNIQUE_PER_SERVER, 0, 0);
        put(all, "version", Effect.SERVER_STATE, 0, 0);
        put(
                all,
                "icu_version ps_current_thread_id ps_thread_id",
                Effect.SERVER_STATE,
                MYSQL_8,
                NEVER);
        put(
                all,
                "binlog_gtid_pos wsrep_last_seen_gtid wsrep_last_written_gtid",
                Effect.SERVER_STATE,
                NEVER,
                0);
        put(all, "load_file", Effect.READS_FILE, 0, 0);
        put(all, "extractvalue updatexml", Effect.XPATH, 0, 0);
        remove(all, NOT_SINCE_MYSQL_8);
        return all;
    }

    /** Where two groups name a function, both flavours have it. */
    private static void put(
            Map<String, Function> all, String names, Effect effect, int mySql, int mariaDb) {
        for (String name : names.strip().split("\\s+")) {
            Function before = all.getOrDefault(name, new Function(effect, NEVER, NEVER, NEVER));
            all.put(
                    name,
                    new Function(
                            effect,
                            Math.min(mySql, before.sinceMySql()),
                            NEVER,
                            Math.min(mariaDb, before.sinceMariaDb())));
        }
    }

    private static void remove(Map<String, Function> all, String names) {
        for (String name : names.strip().split("\\s+")) {
            all.computeIfPresent(
                    name,
                    (_, f) -> new Function(f.effect(), f.sinceMySql(), MYSQL_8, f.sinceMariaDb()));
        }
    }

    /** What the function does; null when the server has no function of this name built in. */
    static @Nullable Effect effect(byte[] text, int start, int stop, int hash, SqlContext context) {
        Function function = TABLE.find(text, start, stop, hash);
        return function != null && function.isIn(context) ? function.effect() : null;
    }
}
