// The bar of a demo's story: which chapter plays, what happens in it, where to look, and the buttons.
import { Button } from '@patternfly/react-core';
import { PauseIcon, PlayIcon, RedoIcon, StepForwardIcon } from '@patternfly/react-icons';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { PAGES } from '@/app/pages';
import { clock, day } from '@/lib/time';
import { useSession } from '@/session/session';
import { usePlayStory, useStory, type Story } from './useStory';

function Looks({ paths }: { readonly paths: readonly string[] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { may } = useSession();
  const looks = paths.flatMap((to) => {
    const page = PAGES.find(({ path, needs }) => to.split(/[/?]/)[1] === path.slice(1) && may(needs));
    return page ? [{ to, name: t(`common.nav.${page.name}`) }] : [];
  });
  return (
    <span className="story-looks">
      {looks.map(({ to, name }) => (
        // What just happened is what is to be seen: nothing from before it.
        <Link key={to} to={to} onClick={() => void queries.invalidateQueries()}>
          {t('story.open', { page: name })}
        </Link>
      ))}
    </span>
  );
}

function Buttons({ story }: { readonly story: Story }) {
  const { t } = useTranslation();
  const play = usePlayStory();
  const isPlaying = story.mode === 'playing';
  const isOver = story.mode === 'ended';
  return (
    <span>
      <Button
        variant="plain"
        icon={isPlaying ? <PauseIcon /> : <PlayIcon />}
        aria-label={isPlaying ? t('story.pause') : t('story.play')}
        onClick={() => play.mutate(isPlaying ? 'pause' : 'play')}
      />
      <Button
        variant="plain"
        icon={<StepForwardIcon />}
        aria-label={t('story.next')}
        isDisabled={isOver}
        onClick={() => play.mutate('next')}
      />
      <Button
        variant="plain"
        icon={<RedoIcon />}
        aria-label={t('story.repeat')}
        onClick={() => play.mutate('repeat')}
      />
    </span>
  );
}

export function StoryBar() {
  const { t, i18n } = useTranslation();
  const { may, zone } = useSession();
  const story = useStory().data;
  const chapter = story?.chapters[story.chapter];
  if (!story || !chapter) return null;
  const key = `story.chapters.${chapter.key}`;
  const known = i18n.exists(key) ? (key as 'story.chapters.runs') : 'story.chapters.other';
  const past = typeof story.past_us === 'number' ? story.past_us / 1000 : null;
  return (
    <section className="story" aria-label={t('story.label')}>
      <strong>{t('story.chapter', { n: story.chapter + 1, all: story.chapters.length })}</strong>
      <span>{t(`story.mode.${story.mode}`)}</span>
      <p className="story-text" aria-live="polite">
        {t(known)}
      </p>
      {past !== null && (
        <span role="status">{t('story.reading', { time: `${day(past, zone)} ${clock(past, zone)}` })}</span>
      )}
      <Looks paths={chapter.look} />
      {may('play-story') && <Buttons story={story} />}
    </section>
  );
}
