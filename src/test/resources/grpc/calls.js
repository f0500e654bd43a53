// The program of GrpcCaller.js: is told by lines what to call and how often, "SERVICE COUNT", and tells who answered how often,
// "ADDRESS COUNT,ADDRESS COUNT". It knows nothing of the registry but what gRPC's own bootstrap file says.
const grpc = require('@grpc/grpc-js');
const xds = require('@grpc/grpc-js-xds');
const lines = require('node:readline').createInterface({input: process.stdin});

xds.register();

const DEADLINE_MILLIS = 10_000;
const clients = new Map();

function client(service) {
  if (!clients.has(service)) {
    clients.set(service, new grpc.Client('xds:///' + service, grpc.credentials.createInsecure()));
  }
  return clients.get(service);
}

function answer(service) {
  return new Promise((resolve) =>
    client(service).makeUnaryRequest(
      '/Who/Answers',
      (text) => Buffer.from(text),
      (bytes) => bytes.toString(),
      '',
      {deadline: Date.now() + DEADLINE_MILLIS},
      (failed, address) => {
        if (failed) {
          console.error(failed.message);
        }
        resolve(failed ? grpc.status[failed.code] : address);
      },
    ),
  );
}

async function answers(service, calls) {
  const counts = {};
  for (let call = 0; call < calls; call++) {
    const one = await answer(service);
    counts[one] = (counts[one] ?? 0) + 1;
  }
  return Object.entries(counts).map((count) => count.join(' ')).join(',');
}

(async () => {
  for await (const line of lines) {
    const [service, calls] = line.split(' ');
    console.log(await answers(service, Number(calls)));
  }
  process.exit(0);
})();
