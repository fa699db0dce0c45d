/**
 * From environment.json and the process environment to the servers: {@link
 * io.dbmanager.app.discovery.EnvironmentFile} reads, {@link
 * io.dbmanager.app.discovery.ServiceDiscovery}, a pure function, decides.
 */
@NullMarked
package io.dbmanager.app.discovery;

import org.jspecify.annotations.NullMarked;
