// Asks a member over TLS, by gRPC, for the endpoints of a service, and writes the answer in hexadecimal: node tls-stream.js
// ADDRESS AUTHORITY SERVICE. The xDS client of gRPC for Node 1.14 knows no credentials but "insecure" for its server, so this
// opens a stream of xDS by itself.
const fs = require('node:fs');
const grpc = require('@grpc/grpc-js');
const [address, authority, service] = process.argv.slice(2);

const ENDPOINTS = 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment';
const RESOURCE_NAMES = 3;
const TYPE_URL = 4;
const DEADLINE_MILLIS = 10_000;

// A field of protobuf that holds a text of less than 128 bytes.
const field = (number, text) => Buffer.concat([Buffer.from([(number << 3) | 2, text.length]), Buffer.from(text)]);

const client = new grpc.Client(address, grpc.credentials.createSsl(fs.readFileSync(authority)));
const stream = client.makeBidiStreamRequest(
  '/envoy.service.endpoint.v3.EndpointDiscoveryService/StreamEndpoints',
  (bytes) => bytes,
  (bytes) => bytes,
  {deadline: Date.now() + DEADLINE_MILLIS},
);
stream.on('data', (answer) => {
  console.log(answer.toString('hex'));
  stream.cancel();
});
stream.on('error', (failed) => {
  if (failed.code !== grpc.status.CANCELLED) {
    console.error(failed.message);
    process.exitCode = 1;
  }
});
stream.write(Buffer.concat([field(RESOURCE_NAMES, service), field(TYPE_URL, ENDPOINTS)]));
