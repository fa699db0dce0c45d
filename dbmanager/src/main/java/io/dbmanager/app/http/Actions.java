package io.dbmanager.app.http;

import io.dbmanager.common.Secret;
import io.dbmanager.common.SeedProgress;
import io.dbmanager.sync.ActionAnswer;
import java.util.Map;
import java.util.Optional;

/** What can be asked to be done over HTTP. */
public interface Actions {
    /**
     * @param overwrite consent to lose what only this replica has
     */
    ActionAnswer resync(String replica, boolean overwrite);

    /**
     * @param replica empty for all
     */
    ActionAnswer verify(Optional<String> replica);

    /**
     * @param password the managing account's new one; empty for one that is made up
     */
    ActionAnswer rotatePassword(Optional<Secret> password);

    /** How far comparisons under way have come, by replica. */
    Map<String, SeedProgress> verifying();
}
