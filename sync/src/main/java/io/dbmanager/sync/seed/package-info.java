/**
 * The first copy of a primary, and the proof that a replica equals it. Begin reading at {@link
 * io.dbmanager.sync.seed.CopySeeder}, whose one public method is the story of a copy in order.
 *
 * <p>A copy reads a {@link io.dbmanager.sync.seed.Catalog} (what is defined), opens a {@link
 * io.dbmanager.sync.seed.PrimarySnapshot} (one moment of the primary), makes a {@link
 * io.dbmanager.sync.seed.CopyPlan} (which rows in which order; pure) and has {@link
 * io.dbmanager.sync.seed.TableCopier}s carry it out. Nothing is decoded on the way: see {@link
 * io.dbmanager.sync.seed.Packed}.
 *
 * <p>Not carried, since no statement can read or write it: the inner types of values inside MySQL's
 * {@code JSON} (a {@code DECIMAL} or {@code DATETIME} in a document becomes a double or a string,
 * as in every dump), creation times of objects, loadable functions ({@code mysql.func}: they need a
 * library on the server's disk), the help tables (each server has its own), tables that somebody
 * has made inside the {@code mysql} schema, and {@code DATA DIRECTORY} of single tables.
 */
@NullMarked
package io.dbmanager.sync.seed;

import org.jspecify.annotations.NullMarked;
