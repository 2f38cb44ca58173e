// As much of the API of Kubernetes as `kubectl` needs to create, to apply and to delete, in a process of its own: commands are waited for.
//   node kubernetes.mjs    prints its address
import { createServer } from "node:http";

const GROUPS = {
  apps: [["deployments", "Deployment"]],
  "networking.k8s.io": [
    ["ingresses", "Ingress"],
    ["networkpolicies", "NetworkPolicy"],
  ],
  policy: [["poddisruptionbudgets", "PodDisruptionBudget"]],
};
const CORE = [["namespaces", "Namespace"], ["configmaps", "ConfigMap"], ["secrets", "Secret"], ["services", "Service"]];
const PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

const objects = new Map();

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://127.0.0.1");
  let text = "";
  for await (const part of request) text += part;
  const [status, body, type = "application/json"] = answer(request.method, pathname, text);
  response.writeHead(status, { "content-type": type }).end(typeof body === "string" ? body : JSON.stringify(body));
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));

function answer(method, path, text) {
  if (method === "POST") return created(path, JSON.parse(text));
  if (method === "DELETE") return deleted(path);
  // Without schemas, the client checks nothing: packaging/lint does, by those of Kubernetes.
  if (path === "/openapi/v2") return [200, "", PROTOBUF];
  const known = described(path) ?? objects.get(path);
  return known ? [200, known] : refused(404, "NotFound", path);
}

function created(path, object) {
  const namespace = /^\/apis?\/.*namespaces\/([^/]+)\//.exec(path)?.[1];
  const place = `${path}/${object.metadata.name}`;
  if (namespace && !objects.has(`/api/v1/namespaces/${namespace}`)) return refused(404, "NotFound", namespace);
  if (objects.has(place)) return refused(409, "AlreadyExists", place);
  objects.set(place, { ...object, metadata: { ...object.metadata, namespace, resourceVersion: "1" } });
  return [201, objects.get(place)];
}

// With everything in it, where it is a namespace.
function deleted(path) {
  if (!objects.has(path)) return refused(404, "NotFound", path);
  const namespace = /\/namespaces\/([^/]+)$/.exec(path)?.[1];
  for (const [place, { metadata }] of objects) {
    if (place === path || (namespace && metadata.namespace === namespace)) objects.delete(place);
  }
  return [200, { kind: "Status", apiVersion: "v1", status: "Success" }];
}

function refused(code, reason, message) {
  return [code, { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message }];
}

// What there is, which a client asks for first.
function described(path) {
  const resources = (version, kinds) => ({
    kind: "APIResourceList",
    groupVersion: version,
    resources: kinds.map(([name, kind]) => ({ name, kind, singularName: "", namespaced: kind !== "Namespace", verbs: ["create", "delete", "get"] })),
  });
  if (path === "/version") return { major: "1", minor: "30", gitVersion: "v1.30.0" };
  if (path === "/api") return { kind: "APIVersions", versions: ["v1"] };
  if (path === "/api/v1") return resources("v1", CORE);
  const versions = (name) => ({ groupVersion: `${name}/v1`, version: "v1" });
  const groups = Object.keys(GROUPS).map((name) => ({ name, versions: [versions(name)], preferredVersion: versions(name) }));
  if (path === "/apis") return { kind: "APIGroupList", apiVersion: "v1", groups };
  const group = Object.keys(GROUPS).find((name) => path === `/apis/${name}/v1`);
  return group && resources(`${group}/v1`, GROUPS[group]);
}
