// Reads a JSON array of Kubernetes objects and checks each against the schema that its cluster would use. Prints what is wrong.
import { readFileSync } from "node:fs";

const packages = { "monitoring.coreos.com": "@kubernetes-models/prometheus-operator", "gateway.networking.k8s.io": "@kubernetes-models/gateway-api" };
const skipped = { "external-secrets.io": true };
const wrong = [];
let checked = 0;
for (const object of JSON.parse(readFileSync(0, "utf8"))) {
  const [group, version] = object.apiVersion.includes("/") ? object.apiVersion.split("/") : ["", object.apiVersion];
  if (skipped[group]) continue;
  const path = packages[group] ? `${packages[group]}/${group}/${version}/${object.kind}` : `kubernetes-models/${object.apiVersion}/${object.kind}`;
  const { [object.kind]: Model } = await import(path);
  try {
    new Model(object).validate();
    checked++;
  } catch (error) {
    wrong.push(`${object.kind} ${object.metadata.name}: ${error.message}`);
  }
}
console.log(`${checked} checked`);
for (const line of wrong) console.log(line);
process.exit(wrong.length ? 1 : 0);
