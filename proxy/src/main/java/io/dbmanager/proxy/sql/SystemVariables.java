package io.dbmanager.proxy.sql;

import io.dbmanager.proxy.sql.SessionChange.Replay;
import java.util.HashMap;
import java.util.Map;

/** What reading or setting a system variable means for where statements may run. */
final class SystemVariables {
    /** What {@code @@name} in a statement speaks of. */
    enum Reading {
        /** A session's setting, which is the same on every backend of the session. */
        SESSION,
        LAST_STATEMENT,
        LAST_INSERT_ID,
        CONNECTION_ID,
        /** All others. */
        SERVER
    }

    private static final String SESSION_SETTINGS =
            """
            autocommit auto_increment_increment auto_increment_offset character_set_client
            character_set_connection character_set_results collation_connection
            default_week_format div_precision_increment explicit_defaults_for_timestamp
            foreign_key_checks group_concat_max_len lc_time_names lower_case_table_names
            max_execution_time max_statement_time net_buffer_length net_read_timeout
            net_write_timeout sql_auto_is_null sql_big_selects sql_mode sql_notes
            sql_safe_updates sql_select_limit sql_warnings time_zone timestamp
            transaction_isolation tx_isolation unique_checks wait_timeout interactive_timeout
            """;

    /** Setting these matters to writes, to the log or to the guard of replicas. */
    private static final String PRIMARY_ONLY =
            """
            autocommit binlog_annotate_row_events binlog_direct_non_transactional_updates
            binlog_format binlog_row_image binlog_row_value_options
            binlog_rows_query_log_events check_constraint_checks completion_type
            foreign_key_checks gtid_domain_id gtid_next gtid_seq_no identity insert_id
            last_insert_id original_commit_timestamp original_server_version pseudo_slave_mode
            pseudo_replica_mode pseudo_thread_id server_id session_track_gtids
            session_track_schema session_track_state_change session_track_system_variables
            session_track_transaction_info skip_parallel_replication skip_replication
            sql_bin_update sql_log_bin sql_log_off sql_log_update transaction_allow_batching
            transaction_read_only tx_read_only unique_checks wsrep_on wsrep_osu_method
            wsrep_sync_wait
            """;

    /** Each use changes them, or what they collect stays where it was collected. */
    private static final String STAYING =
            """
            optimizer_trace optimizer_trace_enable_features optimizer_trace_features
            optimizer_trace_limit optimizer_trace_max_mem_size optimizer_trace_offset profiling
            profiling_history_size rand_seed1 rand_seed2 read_only super_read_only
            """;

    private static final WordTable<Reading> READINGS = new WordTable<>(readings());
    private static final Map<String, Replay> SETTINGS = settings();

    private SystemVariables() {}

    private static Map<String, Reading> readings() {
        Map<String, Reading> all = new HashMap<>();
        for (String name : SESSION_SETTINGS.strip().split("\\s+")) {
            all.put(name, Reading.SESSION);
        }
        all.put("warning_count", Reading.LAST_STATEMENT);
        all.put("error_count", Reading.LAST_STATEMENT);
        all.put("identity", Reading.LAST_INSERT_ID);
        all.put("last_insert_id", Reading.LAST_INSERT_ID);
        all.put("insert_id", Reading.LAST_INSERT_ID);
        all.put("last_gtid", Reading.LAST_INSERT_ID);
        all.put("pseudo_thread_id", Reading.CONNECTION_ID);
        return all;
    }

    private static Map<String, Replay> settings() {
        Map<String, Replay> all = new HashMap<>();
        for (String name : PRIMARY_ONLY.strip().split("\\s+")) {
            all.put(name, Replay.PRIMARY_ONLY);
        }
        for (String name : STAYING.strip().split("\\s+")) {
            all.put(name, Replay.STAY);
        }
        return Map.copyOf(all);
    }

    /** Of the name the lexer stands on. */
    static Reading reading(Lexer lexer) {
        Reading found = lexer.find(READINGS);
        return found == null ? Reading.SERVER : found;
    }

    /** Whether having set it holds reads, whatever its value. */
    static boolean holdsReads(String name) {
        return SETTINGS.get(name) == Replay.STAY || name.equals("sql_auto_is_null");
    }

    /**
     * @param name in lower case
     * @param repeatable whether the value would be the same on another backend
     */
    static Replay setting(String name, boolean repeatable) {
        Replay known = SETTINGS.get(name);
        if (known != null) {
            return known;
        }
        return repeatable ? Replay.REPLAY : Replay.STAY;
    }
}
