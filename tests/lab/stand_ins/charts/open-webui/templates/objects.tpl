{{- $name := include "open-webui.fullname" . }}
{{- $namespace := include "open-webui.namespace" . }}
{{- if and .Values.serviceAccount.enable .Values.serviceAccount.create }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "open-webui.serviceAccountName" . }}
  namespace: {{ $namespace }}
  labels:
    {{- include "open-webui.labels" . | nindent 4 }}
  {{- with .Values.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: {{ .Values.serviceAccount.automountServiceAccountToken }}
---
{{- end }}
{{- if and .Values.persistence.enabled (not .Values.persistence.existingClaim) }}
# An object of the release and not of the StatefulSet: it goes when the release is uninstalled.
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ $name }}
  namespace: {{ $namespace }}
  labels:
    {{- include "open-webui.selectorLabels" . | nindent 4 }}
    {{- with .Values.persistence.labels }}
    {{- tpl (toYaml .) $ | nindent 4 }}
    {{- end }}
  {{- with .Values.persistence.annotations }}
  annotations:
    {{- tpl (toYaml .) $ | nindent 4 }}
  {{- end }}
spec:
  accessModes:
    {{- toYaml .Values.persistence.accessModes | nindent 4 }}
  resources:
    requests:
      storage: {{ .Values.persistence.size }}
  {{- with .Values.persistence.storageClass }}
  storageClassName: {{ tpl . $ }}
  {{- end }}
  {{- with .Values.persistence.selector }}
  selector:
    {{- tpl (toYaml .) $ | nindent 4 }}
  {{- end }}
---
{{- end }}
apiVersion: v1
kind: Service
metadata:
  name: {{ $name }}
  namespace: {{ $namespace }}
  labels:
    {{- include "open-webui.labels" . | nindent 4 }}
    {{- with .Values.service.labels }}
    {{- tpl (toYaml .) $ | nindent 4 }}
    {{- end }}
  {{- with .Values.service.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ .Values.service.type }}
  selector:
    {{- include "open-webui.selectorLabels" . | nindent 4 }}
  {{- with .Values.service.loadBalancerClass }}
  loadBalancerClass: {{ . }}
  {{- end }}
  ports:
    - name: http
      protocol: TCP
      port: {{ .Values.service.port }}
      targetPort: http
      {{- with .Values.service.nodePort }}
      nodePort: {{ . }}
      {{- end }}
      {{- with .Values.service.appProtocol }}
      appProtocol: {{ . }}
      {{- end }}
{{- if .Values.ingress.enabled }}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ $name }}
  namespace: {{ $namespace }}
  labels:
    {{- include "open-webui.labels" . | nindent 4 }}
    {{- with .Values.ingress.extraLabels }}
    {{- tpl (toYaml .) $ | nindent 4 }}
    {{- end }}
  {{- with .Values.ingress.annotations }}
  annotations:
    {{- tpl (toYaml .) $ | nindent 4 }}
  {{- end }}
spec:
  {{- with .Values.ingress.class }}
  ingressClassName: {{ . }}
  {{- end }}
  {{- $hosts := prepend .Values.ingress.additionalHosts .Values.ingress.host }}
  {{- if .Values.ingress.tls }}
  tls:
    - secretName: {{ default (printf "%s-tls" $name) .Values.ingress.existingSecret }}
      hosts:
        {{- range $hosts }}
        - {{ tpl . $ | quote }}
        {{- end }}
  {{- end }}
  rules:
    {{- range $hosts }}
    - http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {{ $name }}
                port:
                  name: http
      {{- with . }}
      host: {{ tpl . $ | quote }}
      {{- end }}
    {{- end }}
{{- end }}
{{- range .Values.extraResources }}
---
{{ tpl (ternary . (toYaml .) (kindIs "string" .)) $ }}
{{- end }}
