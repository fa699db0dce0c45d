package io.dbmanager.app.discovery;

import io.dbmanager.app.AppException;
import io.dbmanager.common.Services;

/** Says which servers there are, each time anew. */
@FunctionalInterface
public interface ServiceSource {
    /**
     * @throws AppException with a sentence for people, if that cannot be told now
     */
    Services discover() throws AppException;
}
