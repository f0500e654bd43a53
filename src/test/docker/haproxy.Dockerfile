# Read by scripts/stand-in-images: a stand-in for the haproxy image of Alpine, with its signal, user and command.
FROM discovery/stand-in
RUN ln -s /bin/busybox /usr/local/bin/wget
STOPSIGNAL SIGUSR1
USER haproxy
CMD ["haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]
