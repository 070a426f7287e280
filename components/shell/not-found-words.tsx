import { ButtonLink } from '@/components/ui/button';

/** What a 404 says; stands inside the page's main part. */
export function NotFoundWords() {
  return (
    <div className="mx-auto max-w-lg px-4 pt-[14vh] pb-12 text-center">
      <p className="text-2xl text-mute">404</p>
      <h1 className="mt-1">未找到该页面</h1>
      <p className="mt-2 text-pretty text-mute">
        内容可能已被移动，或不在您的权限范围内。请核对地址，或从首页重新进入。
      </p>
      <div className="mt-5">
        <ButtonLink variant="main" href="/">
          回到首页
        </ButtonLink>
      </div>
    </div>
  );
}
