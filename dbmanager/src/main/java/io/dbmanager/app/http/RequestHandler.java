package io.dbmanager.app.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands one request to the router, its answer to the client, then asks for the next. */
final class RequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger log = LoggerFactory.getLogger(RequestHandler.class);

    private final Router router;
    private final ExecutorService workers;
    private final SlowClientGuard guard;

    RequestHandler(Router router, ExecutorService workers, SlowClientGuard guard) {
        this.router = router;
        this.workers = workers;
        this.guard = guard;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest message) {
        guard.onRequest();
        // The next request waits in the flow control until this one is answered.
        ctx.channel().config().setAutoRead(false);
        boolean head = message.method().name().equals("HEAD");
        boolean keepAlive = HttpUtil.isKeepAlive(message) && message.decoderResult().isSuccess();
        Optional<Request> request = decode(message);
        if (request.isEmpty()) {
            answer(ctx, Response.error(400, "this is not a valid HTTP request"), head, false);
            return;
        }
        try {
            workers.execute(() -> {
                Response response = respond(request.get());
                ctx.executor().execute(() -> answer(ctx, response, head, keepAlive));
            });
        } catch (RejectedExecutionException _) {
            var _ = ctx.close();
        }
    }

    private Response respond(Request request) {
        try {
            return router.answer(request);
        } catch (RuntimeException e) {
            log.atError().addKeyValue("path", request.path()).setCause(e).log("an endpoint failed");
            return Response.error(500, "this failed inside dbmanager; its log says more");
        }
    }

    private static Optional<Request> decode(FullHttpRequest message) {
        if (!message.decoderResult().isSuccess()) {
            return Optional.empty();
        }
        try {
            QueryStringDecoder uri = new QueryStringDecoder(message.uri());
            Map<String, String> query = new HashMap<>();
            uri.parameters().forEach((name, values) -> query.put(name, values.getFirst()));
            return Optional.of(
                    new Request(
                            message.method().name(),
                            uri.path(),
                            query,
                            Optional.ofNullable(
                                    message.headers().get(HttpHeaderNames.AUTHORIZATION)),
                            message.content().toString(StandardCharsets.UTF_8),
                            List.of()));
        } catch (IllegalArgumentException _) {
            // A percent sign that no two hexadecimal digits follow.
            return Optional.empty();
        }
    }

    private void answer(
            ChannelHandlerContext ctx, Response response, boolean head, boolean keepAlive) {
        guard.onAnswer(ctx);
        var _ =
                ctx.writeAndFlush(encode(response, head, keepAlive))
                        .addListener(written -> {
                            if (!written.isSuccess() || !keepAlive) {
                                var _ = ctx.close();
                                return;
                            }
                            guard.onAnswered(ctx);
                            ctx.channel().config().setAutoRead(true);
                        });
    }

    static FullHttpResponse encode(Response response, boolean head, boolean keepAlive) {
        byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
        FullHttpResponse message =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(response.status()),
                        head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
        message.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, response.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .set("X-Content-Type-Options", "nosniff")
                .set(
                        HttpHeaderNames.CONNECTION,
                        keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
        response.headers().forEach((name, value) -> message.headers().set(name, value));
        return message;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("an HTTP connection failed: {}", cause.toString());
        var _ = ctx.close();
    }
}
