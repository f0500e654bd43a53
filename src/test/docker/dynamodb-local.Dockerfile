# Read by scripts/stand-in-images: a stand-in for Amazon's image, from the DynamoDB Local of the tests. It takes the arguments
# that the image takes, of which the first two, -jar DynamoDBLocal.jar, are passed over.
FROM discovery/stand-in
WORKDIR /home/dynamodblocal
COPY lib lib
# Each request is hundreds of lines otherwise, and a busy machine too slow for what a stopping member has to write.
RUN echo '<configuration><appender name="out" class="ch.qos.logback.core.ConsoleAppender"><encoder><pattern>%p %m%n</pattern></encoder></appender><root level="WARN"><appender-ref ref="out"/></root></configuration>' >logback.xml
ENTRYPOINT ["sh", "-c", "shift 2 && exec java -Djava.library.path=lib -cp '.:lib/*' software.amazon.dynamodb.services.local.main.ServerRunner \"$@\"", "dynamodb-local"]
