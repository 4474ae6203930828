// Run DynamoDB Local on the loopback address only. By itself it listens on every network interface,
// and it has no option to change that. The arguments are DynamoDB Local's own. The program prints
// READY when it listens. It ends if it cannot listen, or when the process that started it ends.

import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import java.lang.reflect.Field;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

class Loopback {
    public static void main(String[] arguments) {
        Thread starter = new Thread(Loopback::endWithStarter);
        starter.setDaemon(true);
        starter.start();
        try {
            DynamoDBProxyServer engine = ServerRunner.createServerFromCommandLineArgs(arguments);
            Field inner = DynamoDBProxyServer.class.getDeclaredField("server");
            inner.setAccessible(true);
            for (Connector connector : ((Server) inner.get(engine)).getConnectors()) {
                ((ServerConnector) connector).setHost("127.0.0.1");
            }
            engine.start();
            System.out.println("READY");
            engine.join();
        } catch (Exception error) {
            System.out.println(error);
            System.exit(1);
        }
    }

    // Standard input is a pipe from the starter: it ends when the starter does, however that was.
    private static void endWithStarter() {
        try {
            while (System.in.read() >= 0) {}
        } catch (java.io.IOException gone) {
            System.out.println(gone);
        }
        System.exit(0);
    }
}
