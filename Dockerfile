# The gateway as a small image without a shell. Build it from the root of the repository:
#   docker build -t notion-gateway .
#   docker buildx build --platform linux/amd64,linux/arm64 -t registry.example.com/notion-gateway:0.1.0 --push .

# The compiler runs on the machine that builds, whatever the image is for.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0@sha256:e70cdb7f80b0348f5cb85f19a8f670fca061f033d57eed12fa003d58b0e06317 AS build
ARG TARGETARCH=amd64
WORKDIR /source

# 1. What the packages depend on, and nothing else: this layer is kept until one of these files changes.
COPY global.json nuget.config Directory.Build.props Directory.Build.targets Directory.Packages.props .editorconfig BannedSymbols.txt ./
COPY src/NotionGateway/NotionGateway.csproj src/NotionGateway/packages.lock.json src/NotionGateway/
COPY src/NotionSandbox/NotionSandbox.csproj src/NotionSandbox/packages.lock.json src/NotionSandbox/
RUN dotnet restore src/NotionGateway -a $TARGETARCH -p:PublishReadyToRun=true --locked-mode

# 2. The program, compiled ahead for the image's processor.
COPY appsettings.json ./
COPY src/ src/
RUN dotnet publish src/NotionGateway -c Release -a $TARGETARCH --no-restore --self-contained false -p:ContinuousIntegrationBuild=true -p:DebugType=none -o /app
COPY LICENSE THIRD-PARTY-LICENSES.md /app/

# One commit makes the same image on every day: its files carry the time of the commit (docs/releasing.md).
ARG SOURCE_DATE_EPOCH=0
RUN mkdir /store && find /app /store -exec touch --date="@$SOURCE_DATE_EPOCH" {} +

# 3. The image: the .NET runtime without shell, package manager or root.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled@sha256:48e51f2f6798897be7ac4e775c049ed8fe60d3190f637e1f9c9dc7513efa659c
ARG VERSION=0.1.0
ARG REVISION=
ARG CREATED=
LABEL org.opencontainers.image.title="Notion Gateway" \
      org.opencontainers.image.description="A self-hosted gateway in front of api.notion.com: callers, credentials and Notion's rate limit" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"

# No diagnostics socket: it would need a writable file system, and would let a neighbour look into the memory that holds
# the tokens. The heap may take three quarters of the container's memory limit; the rest is for sockets, code and threads.
ENV DOTNET_EnableDiagnostics=0 \
    DOTNET_RUNNING_IN_CONTAINER=true \
    DOTNET_GCHeapHardLimitPercent=4B

COPY --from=build /app /app

# Where grants of public connections may lie: a new volume here begins as this folder is, writable for the user below.
COPY --from=build --chown=$APP_UID:$APP_UID /store /var/lib/notion-gateway
WORKDIR /app
USER $APP_UID
EXPOSE 8080 8081
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["/app/notion-gateway", "healthcheck", "--live"]
ENTRYPOINT ["/app/notion-gateway"]
