/**
 * The first copy of a primary, and the proof that a replica equals it. Begin reading at {@link
 * io.dbmanager.sync.seed.CopySeeder}, whose one public method is the story of a copy in order.
 *
 * <p>A copy reads a {@link io.dbmanager.sync.seed.Catalog} (what is defined), opens a {@link
 * io.dbmanager.sync.seed.PrimarySnapshot} (one moment of the primary), makes a {@link
 * io.dbmanager.sync.seed.CopyPlan} (which rows in which order; pure) and has {@link
 * io.dbmanager.sync.seed.TableCopier}s carry it out. Nothing is decoded on the way: see {@link
 * io.dbmanager.sync.seed.Packed}; rows are looked at where they were received: see {@link
 * io.dbmanager.sync.seed.Wire}.
 *
 * <p>Large tables are read in parts of like size, whatever their key: a {@link
 * io.dbmanager.sync.seed.RangeSplitter} counts along it just before a part is read.
 *
 * <p>Rows go into a replica by {@code LOAD DATA LOCAL} where it lets itself be told to take that,
 * else by {@code INSERT}. A load does not fail where a statement would, so whatever is loaded with
 * a warning, or not in full, is taken back and inserted: see {@link
 * io.dbmanager.sync.seed.StatementPipe}. Huge rows are never loaded: see {@link
 * io.dbmanager.sync.seed.RowBatches}.
 *
 * <p>A copy that was cut off goes on: see {@link io.dbmanager.sync.seed.Resumption}, which shares
 * with a repair how tables are compared and made equal, {@link
 * io.dbmanager.sync.seed.TableRepairs}. Large tables go on in their middle: see {@link
 * io.dbmanager.sync.seed.Reached}.
 *
 * <p>The source may be a replica, of which {@link io.dbmanager.sync.seed.DonorReplica} tells what
 * must be true. While servers have much to do, a copy goes slowly: see {@link
 * io.dbmanager.sync.seed.Throttle}.
 *
 * <p>What MySQL's clone plugin does by itself is prepared here, by {@link
 * io.dbmanager.sync.seed.GivenUp}, and set right, by {@link io.dbmanager.sync.seed.ReplicaEvents};
 * see {@code ReplicaClone}.
 *
 * <p>Not carried by a copy, since no statement can read or write it: the inner types of values
 * inside MySQL's {@code JSON} (a {@code DECIMAL} or {@code DATETIME} in a document becomes a double
 * or a string, as in every dump), creation times of objects, loadable functions ({@code
 * mysql.func}: they need a library on the server's disk), the help tables (each server has its
 * own), tables that somebody has made inside the {@code mysql} schema, and {@code DATA DIRECTORY}
 * of single tables.
 */
@NullMarked
package io.dbmanager.sync.seed;

import org.jspecify.annotations.NullMarked;
