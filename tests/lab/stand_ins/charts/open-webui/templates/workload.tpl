{{- include "open-webui.refuse" . }}
{{- $kind := include "open-webui.kind" . }}
{{- $container := .Values.containerSecurityContext }}
{{- $subPath := .Values.persistence.subPath }}
apiVersion: apps/v1
kind: {{ $kind }}
metadata:
  name: {{ include "open-webui.fullname" . }}
  namespace: {{ include "open-webui.namespace" . }}
  labels:
    {{- include "open-webui.labels" . | nindent 4 }}
    {{- with .Values.extraLabels }}
    {{- tpl (toYaml .) $ | nindent 4 }}
    {{- end }}
  {{- with .Values.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  replicas: {{ .Values.replicaCount }}
  {{- if eq $kind "Deployment" }}
  revisionHistoryLimit: {{ .Values.revisionHistoryLimit }}
  {{- else }}
  serviceName: {{ include "open-webui.fullname" . }}
  {{- end }}
  {{- with .Values.strategy }}
  {{ ternary "strategy" "updateStrategy" (eq $kind "Deployment") }}:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "open-webui.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "open-webui.labels" . | nindent 8 }}
        {{- with .Values.podLabels }}
        {{- tpl (toYaml .) $ | nindent 8 }}
        {{- end }}
      {{- with .Values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      {{- if .Values.serviceAccount.enable }}
      serviceAccountName: {{ include "open-webui.serviceAccountName" . }}
      {{- end }}
      automountServiceAccountToken: {{ .Values.serviceAccount.automountServiceAccountToken }}
      enableServiceLinks: false
      {{- range $field := list "priorityClassName" "runtimeClassName" }}
      {{- with index $.Values $field }}
      {{ $field }}: {{ . | quote }}
      {{- end }}
      {{- end }}
      {{- with .Values.podSecurityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- range $field := list "imagePullSecrets" "nodeSelector" }}
      {{- with index $.Values $field }}
      {{ $field }}:
        {{- tpl (toYaml .) $ | nindent 8 }}
      {{- end }}
      {{- end }}
      {{- range $field := list "tolerations" "affinity" "topologySpreadConstraints" "hostAliases" }}
      {{- with index $.Values $field }}
      {{ $field }}:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- end }}
      initContainers:
        # What the image keeps in its data folder, for a volume that is mounted in its place.
        - name: copy-app-data
          image: {{ include "open-webui.image" . | quote }}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          command:
            {{- toYaml (default (list "sh" "-c" "cp -R -n /app/backend/data/* /tmp/app-data/") .Values.copyAppData.command) | nindent 12 }}
          {{- range $field := list "args" "resources" }}
          {{- with index $.Values.copyAppData $field }}
          {{ $field }}:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- end }}
          {{- with $container }}
          securityContext:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          volumeMounts:
            - name: data
              mountPath: /tmp/app-data
              {{- with $subPath }}
              subPath: {{ . }}
              {{- end }}
            {{- with .Values.volumeMounts.initContainer }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
        {{- with .Values.extraInitContainers }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      containers:
        - name: {{ .Chart.Name }}
          image: {{ include "open-webui.image" . | quote }}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          tty: true
          {{- range $field := list "command" "args" "livenessProbe" "readinessProbe" "startupProbe" "resources" }}
          {{- with index $.Values $field }}
          {{ $field }}:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- end }}
          {{- with $container }}
          securityContext:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          ports:
            - name: http
              containerPort: {{ .Values.service.containerPort }}
          env:
            {{- include "open-webui.environment" . | trim | nindent 12 }}
          {{- with .Values.extraEnvFrom }}
          envFrom:
            {{- tpl (toYaml .) $ | nindent 12 }}
          {{- end }}
          volumeMounts:
            - name: data
              mountPath: /app/backend/data
              {{- with $subPath }}
              subPath: {{ . }}
              {{- end }}
            {{- with .Values.volumeMounts.container }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
      volumes:
        - name: data
          {{- if .Values.persistence.enabled }}
          persistentVolumeClaim:
            claimName: {{ default (include "open-webui.fullname" .) .Values.persistence.existingClaim }}
          {{- else }}
          emptyDir: {}
          {{- end }}
        {{- with .Values.volumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
