package io.dbmanager.app.http;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;

/** Waits for a request's body, and refuses one that is too large in the words of the others. */
final class BodyGatherer extends HttpObjectAggregator {
    private final int maxBody;

    BodyGatherer(int maxBody) {
        super(maxBody);
        this.maxBody = maxBody;
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
        Response refusal =
                Response.error(413, "the body has more than %d bytes".formatted(maxBody));
        // The rest of the body is still on its way, so the connection cannot be used again.
        var _ =
                ctx.writeAndFlush(RequestHandler.encode(refusal, false, false))
                        .addListener(ChannelFutureListener.CLOSE);
    }
}
