package io.dbmanager.app.discovery;

import io.dbmanager.app.AppException;
import io.dbmanager.common.Services;
import io.dbmanager.sync.PasswordKeeper;

/** Says which servers there are, each time anew. */
@FunctionalInterface
public interface ServiceSource {
    /**
     * @throws AppException with a sentence for people, if that cannot be told now
     */
    Services discover() throws AppException;

    /** Where the managing login's password is kept; nowhere, unless a source knows better. */
    default PasswordKeeper passwords() {
        return PasswordKeeper.NONE;
    }
}
