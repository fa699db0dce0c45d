package io.dbmanager.proxy.backend;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Connections that sessions have, the one used longest ago first. Moving one costs nothing. */
final class LentList {
    private @Nullable Lease first;
    private @Nullable Lease last;

    @Nullable Lease first() {
        return first;
    }

    List<Lease> all() {
        List<Lease> all = new ArrayList<>();
        for (Lease lease = first; lease != null; lease = lease.after) {
            all.add(lease);
        }
        return all;
    }

    void add(Lease lease) {
        lease.lent(true);
        lease.before = last;
        lease.after = null;
        if (last == null) {
            first = lease;
        } else {
            last.after = lease;
        }
        last = lease;
    }

    void remove(Lease lease) {
        if (!lease.isLent()) {
            return;
        }
        lease.lent(false);
        Lease before = lease.before;
        Lease after = lease.after;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        lease.before = null;
        lease.after = null;
    }

    void touch(Lease lease) {
        if (lease != last && lease.isLent()) {
            remove(lease);
            add(lease);
        }
    }
}
