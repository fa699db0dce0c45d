package io.dbmanager.proxy.session;

import io.dbmanager.proxy.auth.LoggedIn;
import io.dbmanager.proxy.sql.SqlContext;

/**
 * What serves a client as the user that it has logged in as. COM_CHANGE_USER makes all of it anew.
 */
record SessionParts(
        LoggedIn who,
        SessionFacts facts,
        SessionBackends backends,
        Runner runner,
        Commands commands,
        AnswerEffects effects) {
    static SessionParts of(SessionContext proxy, ClientSession session, LoggedIn who) {
        SessionFacts facts = facts(proxy, who);
        SessionBackends backends =
                new SessionBackends(proxy, session.loop(), session, facts, who, session.secure());
        Runner runner = new Runner(proxy, session, facts, backends);
        Commands commands = new Commands(proxy, session, facts, backends, runner);
        AnswerEffects effects =
                new AnswerEffects(proxy, session, facts, backends, runner, commands);
        return new SessionParts(who, facts, backends, runner, commands, effects);
    }

    private static SessionFacts facts(SessionContext proxy, LoggedIn who) {
        var version = who.catalog().version();
        int number = version.major() * 10_000 + version.minor() * 100 + version.patch();
        return new SessionFacts(
                SqlContext.defaults(version.flavour(), number),
                who.request().schema(),
                new Freshness(proxy.settings().consistency(), proxy.written(), version.flavour()),
                proxy.routines());
    }

    /** Gives back and ends what belongs to this user. */
    void leave(Sessions sessions) {
        sessions.leftAs(who.request().user());
        commands.forget();
        backends.closeAll();
    }
}
