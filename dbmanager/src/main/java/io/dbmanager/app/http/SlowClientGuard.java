package io.dbmanager.app.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections that take too long: to send a request, to read its answer, or to think of the
 * next one. One deadline for the whole request, so that a byte now and then buys no time.
 */
final class SlowClientGuard extends ChannelInboundHandlerAdapter {
    private static final Duration IDLE = Duration.ofSeconds(60);

    private final Duration allowed;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean receiving;

    SlowClientGuard(Duration allowed) {
        this.allowed = allowed;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        arm(ctx, allowed);
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!receiving) {
            receiving = true;
            arm(ctx, allowed);
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        disarm();
        ctx.fireChannelInactive();
    }

    /** The request has arrived whole; we may take our time. */
    void onRequest() {
        disarm();
    }

    /** The answer is on its way. */
    void onAnswer(ChannelHandlerContext ctx) {
        arm(ctx, allowed);
    }

    /** The answer has been handed to the network. */
    void onAnswered(ChannelHandlerContext ctx) {
        receiving = false;
        arm(ctx, IDLE);
    }

    private void arm(ChannelHandlerContext ctx, Duration time) {
        disarm();
        deadline =
                ctx.executor()
                        .schedule(
                                () -> {
                                    var _ = ctx.close();
                                },
                                time.toMillis(),
                                TimeUnit.MILLISECONDS);
    }

    private void disarm() {
        ScheduledFuture<?> current = deadline;
        if (current != null) {
            current.cancel(false);
            deadline = null;
        }
    }
}
