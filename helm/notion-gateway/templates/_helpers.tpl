{{/* The chart's name, for labels. */}}
{{- define "notion-gateway.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/*
The name of the objects: the release's name, plus the chart's name unless it contains that already. It is also a Service's name: letters, digits
and hyphens, and a letter first, which the name of a release need not be.
*/}}
{{- define "notion-gateway.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- $whole := default (ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name)) .Values.fullnameOverride }}
{{- $clean := regexReplaceAll "[^a-z0-9-]" $whole "-" }}
{{- if not (regexMatch "^[a-z]" $clean) }}
{{- $clean = printf "r%s" $clean }}
{{- end }}
{{- $clean | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The namespace of the objects. */}}
{{- define "notion-gateway.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride }}
{{- end }}

{{/*
A name with a suffix, never longer than 63 characters: the front is truncated, and a digest of the whole name keeps names
unique. Call it with (list $ "suffix").
*/}}
{{- define "notion-gateway.named" -}}
{{- $base := include "notion-gateway.fullname" (index . 0) }}
{{- $ending := index . 1 }}
{{- $whole := printf "%s-%s" $base $ending }}
{{- $clean := regexReplaceAll "[^a-z0-9-]" $whole "-" | trimSuffix "-" }}
{{- if and (eq $whole $clean) (le (len $whole) 63) }}
{{- $whole }}
{{- else }}
{{- $digest := sha256sum $whole | trunc 8 }}
{{- $short := regexReplaceAll "[^a-z0-9-]" $ending "-" | trunc 32 | trimSuffix "-" }}
{{- printf "%s-%s-%s" ($base | trunc (int (sub 53 (len $short))) | trimSuffix "-") $digest $short }}
{{- end }}
{{- end }}

{{- define "notion-gateway.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "notion-gateway.selectorLabels" -}}
app.kubernetes.io/name: {{ include "notion-gateway.name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "notion-gateway.labels" -}}
{{- include "notion-gateway.labelsWith" (list . dict) }}
{{- end }}

{{/* All labels of an object, each key once: the chart's own first, then those given, then commonLabels. Call it with (list $ $labels). */}}
{{- define "notion-gateway.labelsWith" -}}
{{- $root := index . 0 }}
{{- $own := include "notion-gateway.selectorLabels" $root | fromYaml }}
{{- $_ := set $own "helm.sh/chart" (include "notion-gateway.chart" $root) }}
{{- $_ := set $own "app.kubernetes.io/version" $root.Chart.AppVersion }}
{{- $_ := set $own "app.kubernetes.io/managed-by" $root.Release.Service }}
{{- merge $own (default dict (index . 1)) (default dict $root.Values.commonLabels) | toYaml }}
{{- end }}

{{/* The labels of the pods. No version is among them: an upgrade of the chart alone must not restart the pods. */}}
{{- define "notion-gateway.podLabels" -}}
{{- $own := include "notion-gateway.selectorLabels" . | fromYaml }}
{{- $_ := set $own "app.kubernetes.io/managed-by" .Release.Service }}
{{- if .Values.azure.workloadIdentity.enabled }}
{{- $_ := set $own "azure.workload.identity/use" "true" }}
{{- end }}
{{- merge $own (default dict .Values.podLabels) (default dict .Values.commonLabels) | toYaml }}
{{- end }}

{{- define "notion-gateway.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "notion-gateway.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* The image: its own registry wins over the global one, and either replaces the one that the repository begins with. */}}
{{- define "notion-gateway.image" -}}
{{- $registry := default (dig "imageRegistry" "" (default dict .Values.global)) .Values.image.registry }}
{{- $name := .Values.image.repository }}
{{- if $registry }}
{{- $name = printf "%s/%s" $registry (regexReplaceAll "^([^/]*[.:][^/]*|localhost)/" $name "") }}
{{- end }}
{{- if .Values.image.digest }}
{{- printf "%s@%s" $name .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" $name (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{/* The pull secrets, this chart's and the global ones, as YAML; empty if there are none. A global one may be only a name. */}}
{{- define "notion-gateway.pullSecrets" -}}
{{- $names := list }}
{{- range concat (default list .Values.imagePullSecrets) (default list (dig "imagePullSecrets" list (default dict .Values.global))) }}
{{- $names = append $names (ternary (dict "name" .) . (kindIs "string" .)) }}
{{- end }}
{{- with uniq $names }}
{{- toYaml . }}
{{- end }}
{{- end }}

{{/* The security context of the pods. OpenShift chooses the user and group itself. */}}
{{- define "notion-gateway.podSecurityContext" -}}
{{- ternary (omit .Values.podSecurityContext "runAsUser" "runAsGroup" "fsGroup") .Values.podSecurityContext (eq true .Values.openshift) | toYaml }}
{{- end }}

{{- define "notion-gateway.scheme" -}}
{{- ternary "https" "http" (not (empty .Values.tls.existingSecret)) }}
{{- end }}

{{/* The base URL for callers in the cluster. */}}
{{- define "notion-gateway.baseUrl" -}}
{{- printf "%s://%s.%s:%d" (include "notion-gateway.scheme" .) (include "notion-gateway.fullname" .) (include "notion-gateway.namespace" .) (int .Values.service.port) }}
{{- end }}

{{/* The whole seconds of a duration such as 00:00:30 or 1.00:00:00.5, rounded up. */}}
{{- define "notion-gateway.seconds" -}}
{{- $fraction := regexMatch ":[0-9]{2}\\.[0-9]*[1-9]" . }}
{{- $parts := splitList ":" (regexReplaceAll "(:[0-9]{2})\\.[0-9]+$" . "${1}") }}
{{- $days := 0 }}
{{- $hours := index $parts 0 }}
{{- if contains "." $hours }}
{{- $days = index (splitList "." $hours) 0 }}
{{- $hours = index (splitList "." $hours) 1 }}
{{- end }}
{{- /* Remove leading zeros: they would make a number octal. */}}
{{- $number := list }}
{{- range list $days $hours (index $parts 1) (index $parts 2) }}
{{- $number = append $number (int (default "0" (trimPrefix "0" (toString .)))) }}
{{- end }}
{{- add (mul (index $number 0) 86400) (mul (index $number 1) 3600) (mul (index $number 2) 60) (index $number 3) (ternary 1 0 $fraction) }}
{{- end }}

{{/* Mount path of the secret files. */}}
{{- define "notion-gateway.credentialsPath" -}}
/var/run/secrets/notion-gateway/credentials
{{- end }}

{{- define "notion-gateway.tlsPath" -}}
/var/run/secrets/notion-gateway/tls
{{- end }}

{{/* Directory of the authorities that vouch for callers' certificates. */}}
{{- define "notion-gateway.clientCaPath" -}}
/var/run/secrets/notion-gateway/client-ca
{{- end }}

{{/* Directory of the file of grants, on its own volume. */}}
{{- define "notion-gateway.storePath" -}}
/var/lib/notion-gateway
{{- end }}

{{/*
Whether to render a kind of the Prometheus Operator. A cluster tells Helm its kinds; helm template knows none, and then nothing is left out, so that
kubectl apply reports a kind that the cluster lacks. Call it with (list $ "ServiceMonitor").
*/}}
{{- define "notion-gateway.monitored" -}}
{{- $root := index . 0 }}
{{- $api := $root.Capabilities.APIVersions }}
{{- $mode := default "auto" $root.Values.metrics.renderMode }}
{{- if $api.Has "monitoring.coreos.com/v1" }}yes
{{- else if eq $mode "always" }}yes
{{- else if eq $mode "fail" }}
{{- fail (printf "metrics: the cluster does not know monitoring.coreos.com/v1, so the %s cannot be created. Install the Prometheus Operator first, or set metrics.renderMode to always or auto." (index . 1)) }}
{{- else if not ($api.Has "apps/v1/Deployment") }}yes
{{- end }}
{{- end }}

{{/* Whether the grants are in PostgreSQL, or on a volume; each is empty if not. */}}
{{- define "notion-gateway.inPostgres" -}}
{{- if and .Values.oauth.apps (eq .Values.oauth.store.type "postgresql") }}yes{{ end }}
{{- end }}

{{- define "notion-gateway.onVolume" -}}
{{- if and .Values.oauth.apps (ne .Values.oauth.store.type "postgresql") }}yes{{ end }}
{{- end }}

{{/* The ports of the database in its connection string, as a JSON list. */}}
{{- define "notion-gateway.storePorts" -}}
{{- $ports := list }}
{{- range regexFindAll "(?i)\\bport *= *[0-9]+|[a-z0-9\\]]:[0-9]+" .Values.oauth.store.connectionString -1 }}
{{- $ports = append $ports (int (regexFind "[0-9]+$" .)) }}
{{- end }}
{{- default (list 5432) $ports | uniq | toJson }}
{{- end }}

{{- define "notion-gateway.oauthPath" -}}
/var/run/secrets/notion-gateway/oauth
{{- end }}

{{- define "notion-gateway.grantsClaim" -}}
{{- default (include "notion-gateway.named" (list . "grants")) .Values.oauth.persistence.existingClaim }}
{{- end }}
