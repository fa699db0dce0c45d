package io.dbmanager.proxy.protocol;

/** Bytes that are not what the protocol allows at this place. */
public final class MalformedPacketException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param what a sentence without the bytes themselves
     */
    public MalformedPacketException(String what) {
        super(what);
    }
}
