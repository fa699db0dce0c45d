package io.dbmanager.proxy.protocol;

import io.netty.buffer.ByteBuf;

/** Values as the binary protocol has them: which are NULL, their types, then they themselves. */
final class BoundValues {
    private static final int TYPES_FOLLOW = 1;

    private BoundValues() {}

    /**
     * Reads past all of them.
     *
     * @param named whether each type has a name behind it
     */
    static void skip(ByteBuf in, int count, boolean named) {
        int nulls = in.readerIndex();
        in.skipBytes((count + 7) / 8);
        if (in.readUnsignedByte() != TYPES_FOLLOW) {
            throw new MalformedPacketException("values without types");
        }
        int types = in.readerIndex();
        for (int i = 0; i < count; i++) {
            skipType(in, named);
        }
        ByteBuf type = in.duplicate().readerIndex(types);
        for (int i = 0; i < count; i++) {
            int of = type.getUnsignedByte(type.readerIndex());
            skipType(type, named);
            boolean isNull = (in.getByte(nulls + i / 8) & 1 << i % 8) != 0;
            if (!isNull) {
                in.skipBytes(length(in, of));
            }
        }
    }

    private static void skipType(ByteBuf in, boolean named) {
        in.skipBytes(2);
        if (named) {
            in.skipBytes(checked(Wire.readLenEnc(in), in));
        }
    }

    /** Of the value of this type that comes next; its own length, where it has one, is read. */
    private static int length(ByteBuf in, int type) {
        return switch (type) {
            // NULL
            case 6 -> 0;
            // TINY, BOOL
            case 1, 244 -> 1;
            // SHORT, YEAR
            case 2, 13 -> 2;
            // LONG, FLOAT, INT24
            case 3, 4, 9 -> 4;
            // DOUBLE, LONGLONG
            case 5, 8 -> 8;
            // TIMESTAMP, DATE, TIME, DATETIME
            case 7, 10, 11, 12 -> in.readUnsignedByte();
            // DECIMAL, VARCHAR, BIT, VECTOR, JSON, NEWDECIMAL, ENUM, SET, blobs, strings, GEOMETRY
            case 0, 15, 16, 242, 245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255 ->
                    checked(Wire.readLenEnc(in), in);
            default -> throw new MalformedPacketException("a value of type " + type);
        };
    }

    private static int checked(long length, ByteBuf in) {
        if (length < 0 || length > in.readableBytes()) {
            throw new MalformedPacketException("a value does not fit into its packet");
        }
        return (int) length;
    }
}
