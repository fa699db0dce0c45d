package io.dbmanager.proxy.backend;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Resolves host names by the system, on a thread that may block. */
final class NameResolver extends AddressResolverGroup<InetSocketAddress> {
    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new OnVirtualThread(executor).asAddressResolver();
    }

    private static final class OnVirtualThread extends InetNameResolver {
        OnVirtualThread(EventExecutor executor) {
            super(executor);
        }

        @Override
        protected void doResolve(String host, Promise<InetAddress> promise) throws Exception {
            byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
            if (literal != null) {
                promise.setSuccess(InetAddress.getByAddress(host, literal));
                return;
            }
            Thread.startVirtualThread(() -> {
                try {
                    promise.setSuccess(InetAddress.getByName(host));
                } catch (UnknownHostException e) {
                    promise.setFailure(e);
                }
            });
        }

        @Override
        protected void doResolveAll(String host, Promise<List<InetAddress>> promise)
                throws Exception {
            Promise<InetAddress> one = executor().newPromise();
            one.addListener(future -> {
                if (future.isSuccess()) {
                    promise.setSuccess(List.of(one.getNow()));
                } else {
                    promise.setFailure(future.cause());
                }
            });
            doResolve(host, one);
        }
    }
}
