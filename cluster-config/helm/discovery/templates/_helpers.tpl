{{/* How clients and probes speak to a member. */}}
{{- define "discovery.scheme" -}}
{{ if .Values.tls.secret }}https{{ else }}http{{ end }}
{{- end }}

{{/* The name of all objects, or its beginning. It is that of Services, which begin with a letter, and Kubernetes adds 11 characters to
     that of a StatefulSet for a label, which has 63. */}}
{{- define "discovery.name" -}}
{{- $name := .Values.nameOverride | default .Release.Name }}
{{- if not (regexMatch "^[a-z]([-a-z0-9]{0,50}[a-z0-9])?$" $name) }}
{{- printf "%s cannot be the name of a Service: it needs small letters, digits and hyphens, at most 52, a letter first and no hyphen last. nameOverride sets another than that of the release." $name | fail }}
{{- end }}
{{- $name }}
{{- end }}

{{/* The members that one waits for. */}}
{{- define "discovery.minMembers" -}}
{{- if gt (int .Values.minMembers) (int .Values.replicas) }}
{{- printf "minMembers is %d, more than the %d replicas: no member would ever be ready." (int .Values.minMembers) (int .Values.replicas) | fail }}
{{- end }}
{{- .Values.minMembers | int | default (add1 (div .Values.replicas 2)) }}
{{- end }}

{{/* A question for the health of a member, of a list: the values of all, and the path. Kubernetes has no certificate to show, so where
     clients must, a member is asked from within its pod. Probes need no token, and Kubernetes takes any certificate of a member. */}}
{{- define "discovery.probe" -}}
{{- $root := index . 0 }}
{{- if $root.Values.tls.clientCaSecret -}}
exec:
  command: [bash, -c, "exec 3<>/dev/tcp/127.0.0.1/8081 && printf 'GET {{ index . 1 }} HTTP/1.0\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]"]
{{- else -}}
httpGet: {path: {{ index . 1 }}, port: http{{ if $root.Values.tls.secret }}, scheme: HTTPS{{ end }}}
{{- end }}
{{- end }}
