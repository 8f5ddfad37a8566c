//! Whom we ask: questions out, again after silence, by TCP when an answer does not fit.

use std::net::{IpAddr, SocketAddr};

use super::{
    super::{
        asked::Asked,
        draw::Ports,
        event::Event,
        message::{Edns, Message},
        stream::{Framer, StreamId, frame},
        text,
        transmit::Transmit,
    },
    Recursor,
    job::{Asking, Job, JobId, Outcome},
};
use crate::trace::Time;

impl Recursor {
    /// Asks a server, and keeps the job.
    pub(super) fn ask(&mut self, now: Time, id: JobId, mut job: Job, address: IpAddr) {
        let tried = job.cut.as_ref().map_or(0, |cut| cut.tried(address));
        let server = SocketAddr::new(address, self.config.upstream_port);
        let port = {
            let (jobs, own) = (&self.jobs, self.config.port);
            let taken = |port: u16| {
                port == own
                    || jobs
                        .values()
                        .any(|job| job.asking.as_ref().is_some_and(|asking| asking.asked.port == port))
            };
            self.draw.port(taken)
        };
        let first = self.servers.timeout(address, self.config.initial_timeout);
        let wait = first.max(self.config.min_timeout).saturating_mul(1 << tried.min(8));
        let asked = Asked {
            question: job.now_asking(),
            server,
            id: self.draw.id(),
            port,
            sent: tried + 1,
            deadline: now.plus(wait.min(self.config.max_timeout)),
        };
        let Ok(bytes) = self.message(&asked).to_bytes() else {
            return self.finish(now, id, job, &Outcome::Failed);
        };
        let zone = job.cut.as_mut().map(|cut| {
            cut.tries.insert(address, tried + 1);
            cut.zone.clone()
        });
        let zone = zone.unwrap_or_default();
        let args: &[(&str, &dyn std::fmt::Display)] =
            &[("question", &asked.question), ("server", &server), ("zone", &zone), ("attempt", &asked.sent)];
        let message = if tried == 0 { text::ASK_ZONE } else { text::ASK_AGAIN };
        self.events.push_back(Event::row("dns-queries", asked.key(), Some(asked.cells()), message, args));
        self.counts.sent += 1;
        self.out.push_back(Transmit::Datagram { port, to: server, bytes, note: message.text(args) });
        job.asking = Some(Asking { asked, sent_at: now, stream: None });
        self.jobs.insert(id, job);
    }

    fn message(&self, asked: &Asked) -> Message {
        let mut message = Message::query(asked.id, asked.question.clone(), false);
        if self.servers.edns(asked.server.ip()) {
            let signatures = !self.anchors.is_empty();
            message.edns = Some(Edns { udp_size: self.config.max_udp, version: 0, signatures });
        }
        message
    }

    /// Nothing more is expected from whom the job asked.
    pub(super) fn stop_asking(&mut self, job: &mut Job) {
        let Some(Asking { asked, stream, .. }) = job.asking.take() else { return };
        let row =
            Event::row("dns-queries", asked.key(), None, text::ASKED_DONE, &[("question", &asked.question)]);
        self.events.push_back(row);
        if let Some((stream, _)) = stream {
            self.out.push_back(Transmit::Close { stream });
        }
        // A fixed port is never closed: others ask from it, too.
        if self.config.ports == Ports::Random {
            self.out.push_back(Transmit::ClosePort { port: asked.port });
        }
    }

    /// A server's answer did not come in time, or the whole question took too long.
    pub(super) fn on_silence(&mut self, now: Time, id: JobId) {
        let Some(mut job) = self.jobs.remove(&id) else { return };
        if job.deadline <= now {
            self.note(text::TOO_LONG, &[("question", &job.question)]);
            return self.finish(now, id, job, &Outcome::Failed);
        }
        if let Some(asking) = &job.asking {
            self.counts.timeouts += 1;
            let (server, waited) = (asking.asked.server, now.since(asking.sent_at));
            self.note(text::NO_ANSWER, &[("server", &server), ("question", &asking.asked.question)]);
            let event = self.servers.silent(server.ip(), waited);
            self.events.push_back(event);
        }
        self.stop_asking(&mut job);
        self.jobs.insert(id, job);
        self.ready.push_back(id);
    }

    /// Nobody listens where we asked.
    pub(super) fn on_refused(&mut self, now: Time, port: u16, server: SocketAddr) {
        let hit = |job: &Job| {
            job.asking.as_ref().is_some_and(|asking| {
                asking.asked.port == port && asking.asked.server == server && asking.stream.is_none()
            })
        };
        let Some(id) = self.jobs.iter().find(|(_, job)| hit(job)).map(|(id, _)| *id) else { return };
        self.note(text::UNREACHABLE, &[("server", &server)]);
        let Some(mut job) = self.jobs.remove(&id) else { return };
        let event = self.servers.silent(server.ip(), now.since(now));
        self.events.push_back(event);
        self.pass_over(&mut job);
        self.jobs.insert(id, job);
        self.ready.push_back(id);
    }

    /// The server that was asked is not asked again for this.
    pub(super) fn pass_over(&mut self, job: &mut Job) {
        if let (Some(asking), Some(cut)) = (&job.asking, &mut job.cut) {
            cut.lame.insert(asking.asked.server.ip());
        }
        self.stop_asking(job);
    }

    /// The answer was truncated: the same server is asked by TCP. RFC 7766 §5.
    pub(super) fn connect(&mut self, now: Time, id: JobId, mut job: Job) {
        self.next += 1;
        let stream = StreamId::Out(self.next);
        if let Some(asking) = &mut job.asking {
            asking.stream = Some((stream, Framer::default()));
            asking.asked.deadline = now.plus(self.config.max_timeout);
            self.out.push_back(Transmit::Connect { stream, to: asking.asked.server });
        }
        self.jobs.insert(id, job);
    }

    fn with_stream(&self, stream: StreamId) -> Option<JobId> {
        let has = |job: &Job| {
            let own = job.asking.as_ref().and_then(|asking| asking.stream.as_ref());
            own.is_some_and(|(own, _)| *own == stream)
        };
        self.jobs.iter().find(|(_, job)| has(job)).map(|(id, _)| *id)
    }

    pub(super) fn on_open(&mut self, stream: StreamId) {
        let job = self.with_stream(stream).and_then(|id| self.jobs.get(&id));
        let Some(asked) = job.and_then(|job| job.asking.as_ref()).map(|asking| &asking.asked) else { return };
        let Ok(bytes) = self.message(asked).to_bytes() else { return };
        let note = text::ASK_TCP.text(&[("question", &asked.question)]);
        self.counts.sent += 1;
        self.out.push_back(Transmit::Stream { stream, bytes: frame(&bytes), note });
    }

    pub(super) fn on_server_bytes(&mut self, now: Time, stream: StreamId, bytes: &[u8]) {
        let Some(id) = self.with_stream(stream) else { return };
        let asking = self.jobs.get_mut(&id).and_then(|job| job.asking.as_mut());
        let Some(Asking { asked, stream: Some((_, framer)), .. }) = asking else { return };
        framer.push(bytes);
        let (messages, asked) = (framer.take_messages(), asked.clone());
        for bytes in messages {
            if self.take(now, id, &asked, asked.server, &bytes, true) {
                return;
            }
        }
    }

    pub(super) fn on_server_closed(&mut self, stream: StreamId) {
        let Some(id) = self.with_stream(stream) else { return };
        let Some(mut job) = self.jobs.remove(&id) else { return };
        self.note(text::STREAM_CLOSED, &[("question", &job.question)]);
        self.pass_over(&mut job);
        self.jobs.insert(id, job);
        self.ready.push_back(id);
    }
}
