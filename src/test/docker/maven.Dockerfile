# Read by scripts/stand-in-images: a stand-in for the maven image, with a JDK, the certificates that this machine trusts, and its
# repository of Maven.
FROM discovery/stand-in
COPY ca /usr/local/share/ca-certificates/
RUN update-ca-certificates
ENV MAVEN_OPTS=-Dmaven.repo.local=/repository
COPY repository /repository
