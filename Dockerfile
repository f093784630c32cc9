# Stage one has the compiler and the tests' packages, stage two only what `serve` and `control` need. Nothing is installed by scripts.
ARG NODE=node:24-slim

FROM ${NODE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build
# Development packages go; so do the platform packages of Node itself, since the image brings its own.
RUN npm ci --omit=dev --omit=optional

FROM ${NODE}
WORKDIR /app
ENV NODE_ENV=production
# SIGUSR1 must not open a debugger in a process that sees every token.
ENV NODE_OPTIONS=--disable-sigusr1
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY package.json LICENSE NOTICE ./
# Which databases are known, and what they must answer. No database comes with the image.
COPY geo-db/manifest.json ./geo-db/
# Settings are mounted at /etc/portcullis, the log lives on /var/lib/portcullis; everything else may be read-only.
RUN mkdir -p /etc/portcullis /var/lib/portcullis && chown 65532:65532 /var/lib/portcullis
USER 65532:65532
VOLUME /var/lib/portcullis
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
# Liveness only: whether the gate may be given traffic is /readyz, for the balancer to ask. Of `control`: its own address (docs/fleet.md).
ENV PORTCULLIS_ADMIN=http://127.0.0.1:8081
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(process.env.PORTCULLIS_ADMIN + '/livez').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/main.js"]
CMD ["serve", "--config", "/etc/portcullis/portcullis.yaml"]
