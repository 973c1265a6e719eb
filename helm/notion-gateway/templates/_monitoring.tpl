{{/* How to scrape, for a ServiceMonitor or a PodMonitor. */}}
{{- define "notion-gateway.endpoint" -}}
path: /metrics
interval: {{ .interval }}
{{- with .scrapeTimeout }}
scrapeTimeout: {{ . }}
{{- end }}
{{- if .honorLabels }}
honorLabels: true
{{- end }}
{{- with .relabelings }}
relabelings:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .metricRelabelings }}
metricRelabelings:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* A file behind a link. Where links are not supported, git leaves its target in a text file. Call it with (list $ "files/rules.yaml" "deploy/…"). */}}
{{- define "notion-gateway.linked" -}}
{{- $text := (index . 0).Files.Get (index . 1) }}
{{- if or (not $text) (hasPrefix "../" $text) }}
{{- fail (printf "%s is missing: it is a symbolic link to %s. Use a packed chart, clone with git config core.symlinks true, or copy the file there." (index . 1) (index . 2)) }}
{{- end }}
{{- $text }}
{{- end }}

{{/*
The rules of deploy/prometheus/rules.yaml with what metrics.prometheusRule changes: rules left out, labels, numbers, links, and the release's
namespace in each selector, without which the rules of two releases would see both installations.
*/}}
{{- define "notion-gateway.rules" -}}
{{- $root := . }}
{{- $rule := .Values.metrics.prometheusRule }}
{{- $groups := list }}
{{- range (include "notion-gateway.linked" (list . "files/rules.yaml" "deploy/prometheus/rules.yaml") | fromYaml).groups }}
{{- $rules := list }}
{{- range .rules }}
{{- if not (has .alert $rule.excludeRules) }}
{{- $threshold := index (default dict $rule.thresholds) (default "" .alert) }}
{{- if not (kindIs "invalid" $threshold) }}
{{- $old := regexFind "[0-9.]+$" (trim .expr) }}
{{- $_ := set . "expr" (printf "%s%v\n" (trimSuffix $old (trim .expr)) $threshold) }}
{{- $_ := set .annotations "description" (replace (printf " %s " $old) (printf " %v " $threshold) .annotations.description) }}
{{- end }}
{{- if $rule.namespaceScope }}
{{- $_ := set . "expr" (regexReplaceAll "(notion_gateway_[a-z0-9_:]+|up)\\{" .expr (printf "${1}{namespace=%q," (include "notion-gateway.namespace" $root)) | replace ",}" "}") }}
{{- end }}
{{- if .alert }}
{{- $_ := set . "labels" (merge .labels (default dict $rule.additionalLabels)) }}
{{- $_ := set .annotations "runbook_url" (printf "%s%s" $rule.runbookBase (regexFind "#.*$" .annotations.runbook_url)) }}
{{- end }}
{{- $rules = append $rules . }}
{{- end }}
{{- end }}
{{- $groups = append $groups (dict "name" .name "rules" $rules) }}
{{- end }}
{{- dict "groups" $groups | toYaml }}
{{- end }}
