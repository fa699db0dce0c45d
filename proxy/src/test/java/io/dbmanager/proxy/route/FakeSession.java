package io.dbmanager.proxy.route;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A session whose every answer can be set; a fresh one holds nothing. */
final class FakeSession implements SessionView {
    boolean inTransaction;
    boolean autocommit = true;
    @Nullable String readOnlyTransactionOn;
    @Nullable String pinned;
    boolean temporaryTables;
    boolean nextTransactionSet;
    final Set<String> followingVariables = new HashSet<>();
    final Map<String, String> userVariablesOn = new HashMap<>();
    final Set<String> readingFunctions = new HashSet<>();
    String schema = "shop";
    Requirement required = Requirement.NOTHING;
    final Set<String> knownToHave = new HashSet<>();
    boolean readOnlyTransactionHasRead;
    boolean functionsReadUserVariables;

    @Override
    public boolean inTransaction() {
        return inTransaction;
    }

    @Override
    public boolean autocommit() {
        return autocommit;
    }

    @Override
    public @Nullable String readOnlyTransactionOn() {
        return readOnlyTransactionOn;
    }

    @Override
    public @Nullable String pinnedToPrimary() {
        return pinned;
    }

    @Override
    public boolean readOnlyTransactionHasRead() {
        return readOnlyTransactionHasRead;
    }

    @Override
    public boolean anyUserVariableStays() {
        return !userVariablesOn.isEmpty();
    }

    @Override
    public boolean functionsReadUserVariables() {
        return functionsReadUserVariables;
    }

    @Override
    public boolean hasTemporaryTables() {
        return temporaryTables;
    }

    @Override
    public boolean nextTransactionSet() {
        return nextTransactionSet;
    }

    @Override
    public boolean userVariableFollows(String name) {
        return followingVariables.contains(name);
    }

    @Override
    public @Nullable String userVariableOn(String name) {
        return userVariablesOn.get(name);
    }

    @Override
    public boolean functionReadsOnly(String name) {
        return readingFunctions.contains(name);
    }

    @Override
    public String schema() {
        return schema;
    }

    @Override
    public Requirement required() {
        return required;
    }

    @Override
    public boolean knownToHave(String replica) {
        return knownToHave.contains(replica);
    }
}
