// The Compose file and the manifest for Kubernetes give the program no more rights than it needs, and ask it how it is.
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./blocks.mjs";

const USER = 65532;

// The documents of a file of YAML, by the Python that set-up brings for the other checks of these files.
function parsed(file) {
  const python = join(root, "target/tools/python/bin/python");
  const script = "import json, sys, yaml; json.dump(list(yaml.safe_load_all(open(sys.argv[1]))), sys.stdout)";
  return JSON.parse(execFileSync(python, ["-c", script, join(root, "packaging", file)], { encoding: "utf8" }));
}

test("with Compose, the program writes to no file of its container, and the database is in no network", () => {
  const [{ services }] = parsed("compose/compose.yaml");
  const { dashboard, database } = services;
  assert.equal(dashboard.read_only, true);
  assert.deepEqual(dashboard.tmpfs, ["/tmp"]);
  assert.deepEqual(dashboard.cap_drop, ["ALL"]);
  assert.deepEqual(dashboard.security_opt, ["no-new-privileges:true"]);
  for (const { read_only: isReadOnly, target } of dashboard.volumes) assert.equal(isReadOnly, true, target);
  for (const port of dashboard.ports) assert.match(port, /^127\.0\.0\.1:/);
  assert.equal(database.network_mode, "none");
  assert.ok(database.healthcheck && dashboard.depends_on.database.condition === "service_healthy");
});

test("on Kubernetes, the program is not root, writes to no file of its container, and is asked how it is", () => {
  const objects = parsed("kubernetes/partner-dashboard.yaml");
  const deployment = objects.find(({ kind }) => kind === "Deployment");
  const { template } = deployment.spec;
  assert.ok(deployment.spec.replicas >= 2);
  // Not all of them at once, also where nodes are drained.
  const budget = objects.find(({ kind }) => kind === "PodDisruptionBudget").spec;
  assert.deepEqual([budget.maxUnavailable, budget.selector], [1, deployment.spec.selector]);
  // Nobody reaches the pages past the ingress controller.
  const { podSelector, policyTypes, ingress } = objects.find(({ kind }) => kind === "NetworkPolicy").spec;
  assert.deepEqual([podSelector, policyTypes], [deployment.spec.selector, ["Ingress"]]);
  assert.deepEqual(ingress.map(({ ports }) => ports.map(({ port }) => port)), [["pages"], ["operations"]]);
  assert.ok(ingress.every(({ from }) => from.every(({ namespaceSelector }) => namespaceSelector)));
  const { runAsNonRoot, runAsUser, seccompProfile } = template.spec.securityContext;
  assert.deepEqual([runAsNonRoot, runAsUser, seccompProfile.type], [true, USER, "RuntimeDefault"]);
  assert.equal(template.spec.automountServiceAccountToken, false);
  const [container] = template.spec.containers;
  const rights = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } };
  assert.deepEqual(container.securityContext, rights);
  const writable = container.volumeMounts.filter(({ readOnly }) => readOnly !== true).map(({ mountPath }) => mountPath);
  assert.deepEqual(writable, ["/tmp"]);
  const asked = ["startupProbe", "livenessProbe", "readinessProbe"].map((probe) => container[probe].httpGet.path);
  assert.deepEqual(asked, ["/healthz", "/healthz", "/readyz"]);
  // Whoever still sends requests has time to stop, and then saves that are under way have theirs.
  const { seconds } = container.lifecycle.preStop.sleep;
  assert.ok(seconds >= 5 && template.spec.terminationGracePeriodSeconds >= seconds + 30);
});
