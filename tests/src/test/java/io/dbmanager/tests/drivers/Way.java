package io.dbmanager.tests.drivers;

import io.dbmanager.tests.servers.ServerFlavour;

/** A way from an application to a server. */
record Way(ServerFlavour flavour, Driver driver, boolean proxied) {
    @Override
    public String toString() {
        return flavour + " " + driver + (proxied ? " through the proxy" : " straight");
    }
}
