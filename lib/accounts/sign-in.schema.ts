import { z } from 'zod';

export const signInSchema = z.object({
  username: z.string().trim().min(1, '请填写用户名。').max(200, '用户名过长。'),
  password: z.string().min(1, '请填写密码。').max(1000, '密码过长。'),
  next: z.string().optional(),
});
