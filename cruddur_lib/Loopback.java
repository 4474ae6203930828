// DynamoDB Local, heard by this machine alone: by itself it listens on every network interface and has no option for it.
// Run by cruddur_lib/dynamodb_local.py; the arguments are DynamoDB Local's own.

import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import java.lang.reflect.Field;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

class Loopback {
    public static void main(String[] arguments) throws Exception {
        DynamoDBProxyServer engine = ServerRunner.createServerFromCommandLineArgs(arguments);
        Field inner = DynamoDBProxyServer.class.getDeclaredField("server");
        inner.setAccessible(true);
        for (Connector connector : ((Server) inner.get(engine)).getConnectors()) {
            ((ServerConnector) connector).setHost("127.0.0.1");
        }
        engine.start();
        engine.join();
    }
}
