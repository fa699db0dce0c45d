/**
 * The command line: {@link io.dbmanager.app.cli.Cli} puts the commands together and turns what they
 * throw into a sentence and an exit code; each command is a class that parses, calls, prints.
 */
@NullMarked
package io.dbmanager.app.cli;

import org.jspecify.annotations.NullMarked;
